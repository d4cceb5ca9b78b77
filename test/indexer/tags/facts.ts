import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import type { WeightHeader } from '../../../indexer/formats/types.js';
import type { TreeEntry } from '../../../indexer/repository/types.js';
import { deriveRecord } from '../../../indexer/tags/derive.js';
import { parseFactJson } from '../../../indexer/tags/factFiles.js';
import { taskKeysOf } from '../../../indexer/tags/taskKeys.js';
import type { ModelRecord, RevisionFacts } from '../../../indexer/tags/types.js';

export function entry(filePath: string, sizeBytes = 1): TreeEntry {
  return { path: filePath, type: 'file', oid: '0'.repeat(40), sizeBytes, executable: false };
}

export function header(
  format: WeightHeader['format'],
  parameters: Record<string, number>,
  metadata = {},
): WeightHeader {
  return { format, parameters, tensorCount: 1, tensors: [], metadata, warnings: [] };
}

export interface Sketch {
  readonly kind?: 'model' | 'dataset';
  readonly name?: string;
  readonly files?: readonly string[];
  /** Front matter without its dashes. */
  readonly yaml?: string;
  readonly body?: string;
  readonly config?: unknown;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, WeightHeader>>;
}

function keysOf(config: unknown): readonly string[] {
  return taskKeysOf(JSON.stringify(config ?? null));
}

/** Facts of a small made-up repository; what JSON it has stands among its files too. */
export function factsOf({
  kind = 'model',
  name = 'm',
  files = [],
  yaml,
  body = '',
  config,
  json = {},
  headers = {},
}: Sketch): RevisionFacts {
  const all = config === undefined ? json : { 'config.json': config, ...json };
  const paths = new Set([...files, ...Object.keys(all), ...Object.keys(headers)]);
  const hasCard = yaml !== undefined || body !== '';
  if (hasCard) paths.add('README.md');
  return {
    repo: { kind, owner: 'ana', name },
    commit: 'c'.repeat(40),
    files: [...paths].sort().map((file) => entry(file)),
    card: hasCard ? parseCard(yaml === undefined ? body : `---\n${yaml}\n---\n${body}`) : null,
    json: all,
    taskKeys: keysOf(all['config.json']),
    headers,
    problems: [],
  };
}

export function recordOf(sketch: Sketch): ModelRecord {
  return deriveRecord(factsOf(sketch));
}

export function tagNames(record: ModelRecord): readonly string[] {
  return record.tags.map((tag) => tag.name);
}

export const recordFixtures = path.join(projectRoot, 'test', 'fixtures', 'records');

/** Facts of a real repository: `tree.json` names its files and what their headers say, beside its small files. */
export function fixtureFacts(name: string): RevisionFacts {
  const folder = path.join(recordFixtures, name);
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
  const tree = JSON.parse(read('tree.json')) as {
    files: { path: string; sizeBytes: number }[];
    headers: Record<string, Omit<WeightHeader, 'tensors'>>;
  };
  const names = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'tree.json');
  return {
    repo: { kind: 'model', owner: 'ana', name },
    commit: 'c'.repeat(40),
    files: tree.files.map((file) => entry(file.path, file.sizeBytes)),
    card: parseCard(read('README.md')),
    json: Object.fromEntries(names.map((file) => [file, parseFactJson(read(file))])),
    taskKeys: names.includes('config.json') ? taskKeysOf(read('config.json')) : [],
    headers: Object.fromEntries(Object.entries(tree.headers).map(([file, found]) => [file, { ...found, tensors: [] }])),
    problems: [],
  };
}
