import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import express from 'express';
import { serveOperations } from '../../../../server/api/frame/serveOperations.js';
import { quickSearch } from '../../../../server/api/listing/quickSearch.js';
import { authenticate } from '../../../../server/authenticate.js';
import { demoHub } from '../../../support/demoHub.js';

interface Found {
  readonly models: readonly { id: string }[];
  readonly modelsCount: number;
  readonly datasets: readonly { id: string }[];
  readonly users: readonly { name: string }[];
}

describe('GET /api/quicksearch', () => {
  const hub = demoHub();
  let server: Server;
  before(async () => {
    const app = express()
      .use(authenticate(hub.services))
      .use(serveOperations(hub.services, [quickSearch]));
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  after(() => server.close());

  async function ask(q: string, as?: number): Promise<Found> {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/quicksearch?q=${encodeURIComponent(q)}`, {
      headers: as ? { Cookie: `hub_session=${hub.services.accounts.openSession(as)}` } : {},
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Found;
  }

  it('finds names of all kinds, and six of each', async () => {
    const { models, modelsCount, datasets, users } = await ask('marie');
    assert.equal(models.length, 6);
    assert.ok(modelsCount > 6);
    assert.deepEqual(
      datasets.map(({ id }) => id),
      ['marie/reviews-de'],
    );
    assert.deepEqual(
      users.map(({ name }) => name),
      ['marie'],
    );
  });

  it('names those first that begin with what was typed, then the most downloaded', async () => {
    hub.addModel({ id: 'admin/good-summarization', task: 'summarization', tags: [], downloads: 999_999 });
    const { models } = await ask('Summ');
    const begins = models.map(({ id }) => /\/summ/.test(id));
    assert.deepEqual(
      begins,
      [...begins].sort((a, b) => Number(b) - Number(a)),
    );
    assert.equal(begins[0], true);
    assert.equal(models.at(-1)!.id, 'admin/good-summarization');
  });

  it('finds nothing for nothing', async () => {
    assert.deepEqual(await ask('  '), { models: [], modelsCount: 0, datasets: [], datasetsCount: 0, users: [] });
  });

  it('keeps private repositories to those who may see them', async () => {
    const { id } = hub.models.find((model) => model.private && model.owner === 'marie')!;
    const finds = async (as?: number) => (await ask(id, as)).models.some((model) => model.id === id);
    assert.equal(await finds(), false);
    assert.equal(await finds(2), true);
  });
});
