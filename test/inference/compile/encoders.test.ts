import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { compileSnapshot } from '../../../inference/compile/index.js';
import type { TypedTensor } from '../../../inference/pipelines/model.js';
import { GraphSession } from '../../../inference/runner/models/graphSession.js';

const checkpoints = path.join(projectRoot, 'test', 'fixtures', 'checkpoints', 'encoders');

interface Numbers {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

interface Answers {
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly outputs: Readonly<Record<string, Numbers>>;
}

describe('compiled text encoders', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'encoder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const name of readdirSync(checkpoints).filter((entry) => !entry.includes('.'))) {
    it(`${name} gives the numbers of Python`, async () => {
      cpSync(path.join(checkpoints, name), folder, { recursive: true });
      const answers = JSON.parse(readFileSync(path.join(folder, 'answers.json'), 'utf8')) as Answers;
      const [graph] = await compileSnapshot(folder);
      const session = await GraphSession.open(path.join(folder, graph!.file), 1);
      try {
        const outputs = await session.run(feedsOf(session, answers));
        for (const [output, want] of Object.entries(answers.outputs)) {
          const got = outputs.get(output);
          assert.ok(got, `no output ${output}`);
          assert.deepEqual(got.dims, want.dims, output);
          assert.ok(
            worst(want, got, answers.inputs.attention_mask!) < 1e-4,
            `${output}: ${worst(want, got, answers.inputs.attention_mask!)}`,
          );
        }
      } finally {
        await session.release();
      }
    });
  }
});

function feedsOf(session: GraphSession, { inputs }: Answers): Record<string, TypedTensor> {
  return Object.fromEntries(
    session.inputs.map(({ name }) => {
      const { dims, data } = inputs[name]!;
      return [name, { type: 'int64', data: BigInt64Array.from(data, BigInt), dims }] as const;
    }),
  );
}

/** The largest difference at tokens that are not masked, of large numbers in parts of them. */
function worst(want: Numbers, got: TypedTensor, mask: Numbers): number {
  const perRow = want.data.length / want.dims[0]!;
  const tokens = mask.dims[1]!;
  const isTokenwise = want.dims[1] === tokens && want.dims.length >= 2;
  const differences = want.data.map((value, at) => {
    const row = Math.floor(at / perRow);
    const token = Math.floor((at % perRow) / (perRow / tokens));
    const counts = !isTokenwise || mask.data[row * tokens + token] === 1;
    return counts ? Math.abs(value - Number(got.data[at])) / Math.max(1, Math.abs(value)) : 0;
  });
  return differences.reduce((most, one) => (one <= most ? most : one), 0);
}
