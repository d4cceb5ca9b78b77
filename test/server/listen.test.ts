import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { type Listening, listen } from '../../server/listen.js';

/** Whoever waits for the 30 s of a drain fails by mocha's own limit. */
describe('a server that drains', () => {
  let listening: Listening;
  const start = async (handler: RequestListener): Promise<string> => {
    listening = await listen(handler, { host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${listening.port}`;
  };

  it('closes connections that a browser opened in advance and never used', async () => {
    await start((_request, response) => response.end());
    const unused = connect(listening.port, '127.0.0.1').resume();
    await once(unused, 'connect');
    await Promise.all([once(unused, 'close'), listening.drain()]);
  });

  it('lets a running request end, and then its connection', async () => {
    let finish = (): void => undefined;
    const url = await start((_request, response) => {
      response.write('begun, ');
      finish = () => void response.end('ended');
    });
    const answer = await fetch(url);
    const drained = listening.drain();
    finish();
    assert.equal(await answer.text(), 'begun, ended');
    await drained;
  });

  it('says which address it cannot take', async () => {
    await start(() => undefined);
    await assert.rejects(
      listen(() => undefined, { host: '127.0.0.1', port: listening.port }),
      {
        code: 'LISTEN_FAILED',
        message: /another program listens there/,
      },
    );
    await listening.drain();
  });
});
