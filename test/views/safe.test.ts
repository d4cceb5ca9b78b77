import assert from 'node:assert/strict';
import { safeNext, safeUrl } from '../../views/safe.js';

describe('addresses that people wrote', () => {
  const urls: readonly (readonly [string, string])[] = [
    ['https://example.org/a', 'https://example.org/a'],
    ['/acme/bert', '/acme/bert'],
    ['docs/a.md#x', 'docs/a.md#x'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
    ['javascript:alert(1)', '#'],
    ['JaVaScRiPt:alert(1)', '#'],
    [' java\tscript:alert(1)', '#'],
    ['\u0001javascript:alert(1)', '#'],
    ['data:text/html,x', '#'],
    ['vbscript:x', '#'],
    ['file:///etc/passwd', '#'],
  ];
  for (const [given, expected] of urls) {
    it(`${JSON.stringify(given)} → ${expected}`, () => assert.equal(safeUrl(given), expected));
  }

  const nexts: readonly (readonly [unknown, string])[] = [
    ['/settings/tokens?x=1#y', '/settings/tokens?x=1#y'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/a\nb', '/'],
    ['/a\\b', '/'],
    ['', '/'],
    [undefined, '/'],
    [`/${'x'.repeat(3000)}`, '/'],
  ];
  for (const [given, expected] of nexts) {
    it(`goes on to ${JSON.stringify(given)?.slice(0, 40)} → ${expected}`, () =>
      assert.equal(safeNext(given), expected));
  }
});
