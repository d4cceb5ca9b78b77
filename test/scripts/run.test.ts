import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../config/projectRoot.js';

const module = pathToFileURL(path.join(projectRoot, 'scripts', 'run.mjs')).href;

/** A program that runs `child` in its place, as scripts/start.mjs does with the hub. */
function start(child: string) {
  const program = `import { run } from ${JSON.stringify(module)};
    process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(child)}]);`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('run', () => {
  const ended = (process: ReturnType<typeof start>) =>
    new Promise<number | null>((resolve) => process.once('exit', (code) => resolve(code)));

  it('ends with the exit code of the program', async () => {
    assert.equal(await ended(start('process.exit(7)')), 7);
  });

  it('ends with 128 and the number of the signal that ended the program', async () => {
    assert.equal(await ended(start("process.kill(process.pid, 'SIGKILL')")), 137);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`hands ${signal} on, once, and waits for the program to drain`, async () => {
      const program = start(`let count = 0;
        process.on('${signal}', () => { count++; setTimeout(() => process.exit(count), 300); });
        setInterval(() => {}, 1000); console.log('ready');`);
      await new Promise((resolve) => program.stdout!.once('data', resolve));
      program.kill(signal);
      setTimeout(() => program.kill(signal), 50);
      assert.equal(await ended(program), 1);
    });
  }
});
