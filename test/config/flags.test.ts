import assert from 'node:assert/strict';
import { splitFlags } from '../../config/flags.js';

describe('splitFlags', () => {
  const cases: readonly (readonly [string, Record<string, string>, string])[] = [
    ['serve', {}, 'serve'],
    ['serve --port 0', { '--port': '0' }, 'serve'],
    ['--data-dir=/srv/a=b user add marie', { '--data-dir': '/srv/a=b' }, 'user add marie'],
    ['user add marie --admin --password x', {}, 'user add marie --admin --password x'],
    ['--demo serve', { '--demo': 'true' }, 'serve'],
    ['--demo off serve', { '--demo': 'off' }, 'serve'],
    ['serve --no-demo', { '--demo': 'false' }, 'serve'],
    ['serve --no-port', {}, 'serve --no-port'],
    ['--config hub.yaml serve', { '--config': 'hub.yaml' }, 'serve'],
    ['serve -- --port 1', {}, 'serve -- --port 1'],
    ['serve --prot 1', {}, 'serve --prot 1'],
  ];
  for (const [line, flags, rest] of cases) {
    it(`hubstead ${line}`, () => {
      assert.deepEqual(splitFlags(line.split(' ')), { flags, rest: rest.split(' ') });
    });
  }

  for (const line of ['serve --port', '--port --host x']) {
    it(`refuses a flag without its value: hubstead ${line}`, () => {
      assert.throws(() => splitFlags(line.split(' ')), /--port: got no value; it takes a whole number/);
    });
  }
});
