import { HubError } from '../../config/errors.js';
import { invalid } from './invalid.js';
import { budgetBytes } from './limits.js';
import { opcodeCount, type PickleFacts, walkPickle } from './pickle.js';
import type { RangeReader, WeightHeader } from './types.js';
import { readZipDirectory, readZipEntry } from './zipDirectory.js';

/** State dicts of large models stay below 1 MB of pickle; the rest of the budget is for hostile ones to fail in. */
export const maxPickleBytes = 16 * 1_048_576;
/** A legacy file is a stream of pickles: magic, protocol, system, object, storage keys. */
export const legacyPickles = 5;
const maxPickles = 100;
/** How every pickle since protocol 2 begins. */
const protocolOpcode = 0x80;

/** Reads what a PyTorch checkpoint says, zip or legacy, by opcodes alone. @throws HubError WEIGHT_HEADER_INVALID */
export async function readPytorch(path: string, reader: RangeReader): Promise<WeightHeader> {
  const magic = await reader.read(0, 4);
  if (magic.toString('latin1') === 'PK\x03\x04') return readZip(path, reader);
  return readPickleStream(path, reader);
}

/** Anything may be called `.bin`: what neither begins as a checkpoint nor imports anything is none. @returns null for it */
export async function readBin(path: string, reader: RangeReader): Promise<WeightHeader | null> {
  const [first, protocol = 0] = await reader.read(0, 2);
  const begins = first === undefined || first === 0x50 || (first === protocolOpcode && protocol <= 5);
  return readPytorch(path, reader).catch((error: unknown) => {
    if (begins || !(error instanceof HubError)) throw error;
    return null;
  });
}

async function readZip(path: string, reader: RangeReader): Promise<WeightHeader> {
  const entries = await readZipDirectory(path, reader);
  const pickles = entries.filter((entry) => /\.pkl$/.test(entry.name)).slice(0, 10);
  if (pickles.length === 0) throw invalid(path, 'the zip holds no pickle');
  const opcodes = opcodeCount();
  const facts: PickleFacts[] = [];
  let bytesLeft = budgetBytes;
  for (const entry of pickles) {
    const bytes = await readZipEntry(path, reader, entry, Math.min(maxPickleBytes, bytesLeft));
    bytesLeft -= bytes.length;
    facts.push(await walkPickle(path, bytes, opcodes));
  }
  const hasCode = entries.some((entry) => /\/code\//.test(entry.name));
  return combine('pytorch', facts, { layout: hasCode ? 'TorchScript' : 'zip', entries: entries.length });
}

/** Also for plain pickles, which have no magic: the first opcode decides. */
export async function readPickleStream(path: string, reader: RangeReader): Promise<WeightHeader> {
  const bytes = await reader.read(0, Math.min(reader.sizeBytes, maxPickleBytes));
  if (bytes.length === 0) throw invalid(path, 'the file is empty');
  const opcodes = opcodeCount();
  const facts = [await walkPickle(path, bytes, opcodes)];
  const isLegacy = beginsLegacy(bytes);
  const goesOn = (end: number): boolean =>
    isLegacy
      ? facts.length < legacyPickles && end < bytes.length
      : facts.length < maxPickles && bytes[end] === protocolOpcode;
  while (!facts.at(-1)!.problem && goesOn(facts.at(-1)!.end))
    facts.push(await walkPickle(path, bytes, opcodes, facts.at(-1)!.end));
  return combine(isLegacy ? 'pytorch' : 'pickle', facts, { layout: isLegacy ? 'legacy' : 'pickle' });
}

/** Whether a magic number, which is a pickle of its own, begins the file. */
export function beginsLegacy(bytes: Buffer): boolean {
  return bytes.subarray(0, 20).includes(Buffer.from('6cfc9c46f9206aa85019', 'hex'));
}

function combine(
  format: 'pytorch' | 'pickle',
  facts: readonly PickleFacts[],
  metadata: WeightHeader['metadata'],
): WeightHeader {
  const parameters: Record<string, number> = {};
  for (const fact of facts) {
    for (const [dtype, count] of Object.entries(fact.parameters)) parameters[dtype] = (parameters[dtype] ?? 0) + count;
  }
  const pickleImports = facts.flatMap((fact) => fact.imports);
  const bad = pickleImports.filter((one) => one.verdict === 'dangerous').map((one) => one.name);
  return {
    format,
    parameters,
    tensorCount: facts.reduce((sum, fact) => sum + fact.tensorCount, 0),
    tensors: facts.flatMap((fact) => fact.tensors),
    metadata,
    pickleImports,
    warnings: [
      ...(bad.length > 0
        ? [`loading this pickle in Python would import ${bad.slice(0, 5).join(', ')}; this hub never loads pickles`]
        : []),
      ...facts.flatMap((fact) => fact.problem ?? []),
    ],
  };
}
