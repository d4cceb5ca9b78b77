import { readHdf5 } from './hdf5.js';
import { invalid } from './invalid.js';
import { cut, elementCount, maxListedTensors } from './limits.js';
import type { RangeReader, TensorInfo, WeightHeader } from './types.js';
import { readZipDirectory, readZipEntry, type ZipEntry, zipEntryStart } from './zipDirectory.js';

/** Types that weights have; texts and references are listed and not counted. */
const numeric = /^(B?F|I|U|C)\d+$|^BOOL$/;
/** What a training keeps beside the model. */
const optimizer = /^(optimizer_weights|optimizer)\//;
const maxConfigParts = 200_000;
const maxJsonBytes = 4 * 1_048_576;

/**
 * Weights and models of Keras and TensorFlow in HDF5, of which no data is read. Layers whose configuration carries code
 * are told. @throws HubError WEIGHT_HEADER_INVALID
 */
export async function readH5(path: string, reader: RangeReader): Promise<WeightHeader> {
  const parameters: Record<string, number> = {};
  const tensors: TensorInfo[] = [];
  let tensorCount = 0;
  const tree = await readHdf5(path, reader, ({ name, dtype, shape, isStored }) => {
    tensorCount += 1;
    if (tensors.length < maxListedTensors) tensors.push({ name, dtype, shape });
    if (!isStored || optimizer.test(name) || !numeric.test(dtype)) return;
    parameters[dtype] = (parameters[dtype] ?? 0) + elementCount(shape)!;
  });
  checkTotal(path, parameters, reader.sizeBytes);
  const text = (name: string): string => {
    const value = tree.attributes.get(name);
    return typeof value === 'string' ? value : '';
  };
  const config = readConfig(text('model_config'));
  const layers = [...tree.attributes].filter(([name]) => /^layer_names\d*$/.test(name));
  return {
    format: 'h5',
    parameters,
    tensorCount,
    tensors,
    metadata: {
      superblock: tree.superblock,
      groups: tree.groupCount,
      ...(layers.length > 0 && { layers: layers.reduce((sum, [, length]) => sum + Number(length), 0) }),
      ...(text('backend') && { backend: cut(text('backend')) }),
      ...(text('keras_version') && { kerasVersion: cut(text('keras_version')) }),
      ...(config.className && { model: config.className }),
      ...(text('model_config') && { modelConfig: cut(text('model_config')) }),
    },
    warnings: [...config.warnings, ...tree.warnings],
  };
}

/** @throws HubError WEIGHT_HEADER_INVALID when there is less than a bit for each parameter */
function checkTotal(path: string, parameters: Readonly<Record<string, number>>, sizeBytes: number): void {
  const total = Object.values(parameters).reduce((sum, elements) => sum + elements, 0);
  if (total > sizeBytes * 8) throw invalid(path, 'it announces more parameters than its bytes could hold');
}

/**
 * A model of Keras 3: a zip of `config.json`, `metadata.json` and `model.weights.h5`, which is stored as it is.
 * @throws HubError WEIGHT_HEADER_INVALID
 */
export async function readKerasZip(path: string, reader: RangeReader): Promise<WeightHeader> {
  const entries = await readZipDirectory(path, reader);
  const named = (name: string): ZipEntry | undefined => entries.find((entry) => entry.name === name);
  const config = named('config.json');
  if (!config) throw invalid(path, 'the zip has no config.json, so it is no Keras model');
  const facts = readConfig((await readZipEntry(path, reader, config, maxJsonBytes)).toString('utf8'));
  const version = await readVersion(path, reader, named('metadata.json'));
  const weights = await readStoredH5(path, reader, named('model.weights.h5'));
  return {
    format: 'keras',
    parameters: weights?.parameters ?? {},
    tensorCount: weights?.tensorCount ?? 0,
    tensors: weights?.tensors ?? [],
    metadata: { ...(version && { kerasVersion: version }), ...(facts.className && { model: facts.className }) },
    warnings: [...facts.warnings, ...(weights ? weights.warnings : ['its weights are packed, so they are not read'])],
  };
}

async function readVersion(path: string, reader: RangeReader, entry: ZipEntry | undefined): Promise<string> {
  if (!entry) return '';
  const text = (await readZipEntry(path, reader, entry, maxJsonBytes)).toString('utf8');
  return cut(/"keras_version"\s*:\s*"([^"\\]{1,40})"/.exec(text)?.[1] ?? '');
}

async function readStoredH5(
  path: string,
  reader: RangeReader,
  entry: ZipEntry | undefined,
): Promise<WeightHeader | null> {
  if (entry?.method !== 0) return null;
  const start = await zipEntryStart(path, reader, entry);
  if (start + entry.sizeBytes > reader.sizeBytes) throw invalid(path, 'its weights lie outside the zip');
  return readH5(path, {
    sizeBytes: entry.sizeBytes,
    read: (offset, length) => reader.read(start + offset, Math.min(length, entry.sizeBytes - offset)),
  });
}

interface ConfigFacts {
  readonly className: string;
  readonly warnings: readonly string[];
}

/** What a Keras configuration (JSON) would build, and what of that is code from elsewhere. Nothing is built. */
function readConfig(json: string): ConfigFacts {
  if (!json) return { className: '', warnings: [] };
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch {
    return { className: '', warnings: ['its model_config is not JSON'] };
  }
  const className = isMap(config) && typeof config.class_name === 'string' ? cut(config.class_name) : '';
  return { className, warnings: foreignParts(config) };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A loop and not a recursion: JSON may be nested as deep as it is long. */
function foreignParts(config: unknown): readonly string[] {
  const warnings = new Set<string>();
  const waiting: unknown[] = [config];
  for (let left = maxConfigParts; waiting.length > 0; left--) {
    const value = waiting.pop();
    if (left === 0) {
      warnings.add('its model_config is too large to be looked through');
      break;
    }
    if (typeof value !== 'object' || value === null) continue;
    if (isMap(value)) noteForeign(value, warnings);
    for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) waiting.push(child);
  }
  return [...warnings];
}

function noteForeign(part: Record<string, unknown>, warnings: Set<string>): void {
  if (warnings.size >= 20) return;
  if (part.class_name === 'Lambda')
    warnings.add('it has a Lambda layer: loading it in Python may run code that stands in the file');
  else if (part.class_name === '__lambda__') warnings.add('its configuration holds marshalled Python code');
  const { module, registered_name: registered } = part;
  if (typeof module === 'string' && !/^(keras|tensorflow\.keras|tf_keras|builtins)(\.|$)/.test(module))
    warnings.add(`it needs code from elsewhere: ${cut(module)}.${cut(String(part.class_name))}`);
  else if (typeof registered === 'string' && registered.includes('>') && !/^(keras|Keras|TF)>/.test(registered))
    warnings.add(`it needs code from elsewhere: ${cut(registered)}`);
}
