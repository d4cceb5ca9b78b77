import type { WeightHeader } from '../../../../indexer/formats/types.js';
import type { Repository, TreeEntry } from '../../../../indexer/repository/types.js';
import type { Place } from '../place.js';
import type { HeaderOf, WeightFacts } from './weightHeaders.js';

const paths = /\.(safetensors|bin)\.index\.json$/i;
const maxIndexBytes = 10_000_000;
const maxShards = 200;
const withinMs = 5000;

/**
 * The headers of all files that an index of weights names, as one; null for other files and for what is no index. A shard
 * that is missing, cannot be read, or comes after the time is told of.
 */
export async function shardedHeader(
  repository: Repository,
  headerOf: HeaderOf,
  { row, commit }: Place,
  entry: TreeEntry,
): Promise<WeightFacts | null> {
  if (!paths.test(entry.path) || entry.type !== 'file' || entry.lfs || entry.sizeBytes > maxIndexBytes) return null;
  const shards = shardsOf((await repository.blob(entry.oid, maxIndexBytes)).toString('utf8'));
  if (!shards) return null;
  const folder = entry.path.slice(0, entry.path.lastIndexOf('/') + 1);
  const headers: WeightHeader[] = [];
  const warnings: string[] = [];
  const endsAtMs = Date.now() + withinMs;
  for (const name of shards.slice(0, maxShards)) {
    if (Date.now() > endsAtMs) {
      warnings.push('Reading all files takes too long: only the first ones are counted.');
      break;
    }
    const shard = await repository.entry(commit, folder + name);
    const facts = shard && shard.type === 'file' ? await headerOf(row, shard) : null;
    if (facts && 'header' in facts) headers.push(facts.header);
    else warnings.push(facts ? `${name}: ${facts.problem}` : `${name} is not in the repository.`);
  }
  if (shards.length > maxShards) warnings.push(`Of ${shards.length} files only the first ${maxShards} are counted.`);
  return { header: merged(headers, shards.length, warnings), graph: null };
}

/** Names of the files, in their order; null where there is no map. */
function shardsOf(text: string): readonly string[] | null {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch {
    return null;
  }
  const map = typeof index === 'object' && index !== null ? (index as { weight_map?: unknown }).weight_map : null;
  if (typeof map !== 'object' || map === null) return null;
  // Beside the index: a path that leads elsewhere names no shard.
  const names = Object.values(map).filter((name) => typeof name === 'string' && /^[^/\\]{1,250}$/.test(name));
  return names.length > 0 ? [...new Set(names as string[])].sort() : null;
}

function merged(headers: readonly WeightHeader[], shards: number, warnings: readonly string[]): WeightHeader {
  const parameters: Record<string, number> = {};
  for (const header of headers)
    for (const [dtype, count] of Object.entries(header.parameters))
      parameters[dtype] = (parameters[dtype] ?? 0) + count;
  const imports = new Map(headers.flatMap(({ pickleImports = [] }) => pickleImports).map((one) => [one.name, one]));
  return {
    format: headers[0]?.format ?? 'safetensors',
    parameters,
    tensorCount: headers.reduce((sum, { tensorCount }) => sum + tensorCount, 0),
    tensors: headers.flatMap(({ tensors }) => tensors),
    metadata: { ...headers[0]?.metadata, files: shards },
    ...(imports.size > 0 ? { pickleImports: [...imports.values()] } : {}),
    warnings: [...warnings, ...headers.flatMap((header) => header.warnings)],
  };
}
