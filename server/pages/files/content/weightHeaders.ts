import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { HubError } from '../../../../config/errors.js';
import { isWeightPath, type OnnxModel, readOnnxGraph, readWeightHeader } from '../../../../indexer/formats/index.js';
import type { RangeReader, WeightHeader } from '../../../../indexer/formats/types.js';
import type { TreeEntry } from '../../../../indexer/repository/types.js';
import type { RepoRow } from '../../../accounts/types.js';
import type { Services } from '../../../services.js';
import { openContent } from './openContent.js';

/** What a page knows of a weight file. */
export type WeightFacts =
  | { readonly header: WeightHeader; readonly graph: OnnxModel | null }
  /** A header that cannot be read is a fact worth showing, not an error. */
  | { readonly problem: string };

export type HeaderOf = (row: RepoRow, entry: TreeEntry) => Promise<WeightFacts | null>;

const withinMs = 5000;
/** Some 100 bytes each. */
const maxKeptTensors = 200_000;
const maxAtOnce = 2;

type Needs = Pick<Services, 'catalog' | 'repositories'>;

const readers = new WeakMap<Needs, HeaderOf>();

/**
 * Headers of weight files for pages, null for other files: by ranges, two at a time, within seconds each, kept by content.
 * All pages of a hub share one.
 */
export function headerReader(services: Needs): HeaderOf {
  const made = readers.get(services) ?? createHeaderReader(services);
  readers.set(services, made);
  return made;
}

function createHeaderReader(services: Needs): HeaderOf {
  const turn = pLimit(maxAtOnce);
  const kept = new LRUCache<string, { readonly facts: WeightFacts | null }>({
    maxSize: maxKeptTensors,
    sizeCalculation: ({ facts }) => 50 + (facts && 'header' in facts ? facts.header.tensors.length : 0),
  });
  return async (row, entry) => {
    if (!isWeightPath(entry.path)) return null;
    const reader = await openContent(services, row, entry).catch(problemOf);
    if ('problem' in reader) return reader;
    try {
      const key = `${entry.lfs?.oid ?? entry.oid} ${entry.path.slice(entry.path.lastIndexOf('.'))}`;
      const known = kept.get(key);
      if (known) return known.facts;
      const facts = await turn(() => readFacts(entry.path, reader));
      if (!facts || 'header' in facts) kept.set(key, { facts });
      return facts;
    } finally {
      await reader.close();
    }
  };
}

async function readFacts(path: string, reader: RangeReader): Promise<WeightFacts | null> {
  const bounded = readerWithin(reader, withinMs);
  try {
    const header = await readWeightHeader(path, bounded);
    return header && { header, graph: header.format === 'onnx' ? await readOnnxGraph(path, bounded) : null };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): { readonly problem: string } {
  if (error instanceof HubError && error.code !== 'INTERNAL') return { problem: error.message };
  throw error;
}

/** Ends a reader of headers that asks and asks. @throws HubError DEADLINE_EXCEEDED from its reads */
function readerWithin(reader: RangeReader, ms: number): RangeReader {
  const endsAtMs = Date.now() + ms;
  return {
    sizeBytes: reader.sizeBytes,
    read(offset, length) {
      if (Date.now() > endsAtMs) throw new HubError('DEADLINE_EXCEEDED', { seconds: ms / 1000 });
      return reader.read(offset, length);
    },
  };
}
