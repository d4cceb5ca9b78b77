import { spawn } from 'node:child_process';
import path from 'node:path';
import { executablePath } from '../../config/env.js';
import { projectRoot } from '../../config/projectRoot.js';

/** What became of one call of a client. */
export interface CallOutcome {
  readonly call: string;
  readonly passed: boolean;
  readonly why?: string;
}

const longestMs = 15 * 60_000;

/** Runs a program of this folder that makes calls; its environment is bare, its home a folder of its own. */
export async function runCalls(
  program: string,
  args: readonly string[],
  { home, environment }: { readonly home: string; readonly environment: Readonly<Record<string, string>> },
): Promise<readonly CallOutcome[]> {
  const child = spawn(program, args, {
    cwd: path.join(projectRoot, 'test', 'clients'),
    env: {
      PATH: executablePath(),
      HOME: home,
      HF_HOME: path.join(home, 'hf'),
      HF_HUB_DISABLE_PROGRESS_BARS: '1',
      HF_HUB_DISABLE_TELEMETRY: '1',
      HF_HUB_DISABLE_UPDATE_CHECK: '1',
      // Else transformers asks a service of the public hub to convert weights.
      DISABLE_SAFETENSORS_CONVERSION: '1',
      NO_COLOR: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  });
  const [output, errors] = [child.stdout, child.stderr].map(async (stream) => (await stream.toArray()).join(''));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}:\n${await errors}`);
  return (await output!)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as CallOutcome);
}
