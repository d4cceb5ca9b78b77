import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorTable, HubError, toHubError } from '../../config/errors.js';
import { projectRoot } from '../../config/projectRoot.js';

describe('errors', () => {
  it('have a section each in docs/errors.md, in the order of the table, and no others', () => {
    const page = readFileSync(path.join(projectRoot, 'docs', 'errors.md'), 'utf8');
    const sections = [...page.matchAll(/^## (\w+)$/gm)].map((match) => match[1]);
    assert.deepEqual(sections, Object.keys(errorTable));
  });

  it('say their status there, or that no request meets them', () => {
    const page = readFileSync(path.join(projectRoot, 'docs', 'errors.md'), 'utf8');
    for (const [, code, begin] of page.matchAll(/^## (\w+)\n\n(\S+ \S+ \S+)/gm)) {
      const { status } = errorTable[code as keyof typeof errorTable];
      assert.match(begin!, new RegExp(`^(${status}(\\.| over)|At the start\\.)`), code);
    }
  });

  it('have a status that says failure', () => {
    for (const [code, { status }] of Object.entries(errorTable)) assert.ok(status >= 400 && status < 600, code);
  });

  it('fill their sentence from the details, and what is missing with nothing', () => {
    const error = new HubError('RATE_LIMITED', { what: 'attempts', seconds: 30 });
    assert.equal(error.message, 'Too many attempts; try again in 30 s');
    assert.equal(new HubError('BAD_REQUEST').message, '');
  });

  it('hide whatever is not meant for people, and keep it as the cause', () => {
    const original = new Error('SELECT secret FROM users');
    const error = toHubError(original);
    assert.equal(error.code, 'INTERNAL');
    assert.equal(error.cause, original);
    assert.doesNotMatch(error.message, /secret/);
  });
});
