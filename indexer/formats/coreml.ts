import { Cursor } from './cursor.js';
import { describeValues } from './describe.js';
import { budgetBytes, cut } from './limits.js';
import { type WireField, wireFields, wireNumbers, wireText } from './protobuf.js';
import type { RangeReader, WeightHeader } from './types.js';

/** Fields of `Model.Type` (Model.proto) whose contents are looked at or whose number is no plain name. */
const modelTypes: Readonly<Record<number, string>> = {
  200: 'pipelineClassifier',
  201: 'pipelineRegressor',
  202: 'pipeline',
  300: 'glmRegressor',
  301: 'supportVectorRegressor',
  302: 'treeEnsembleRegressor',
  303: 'neuralNetworkRegressor',
  304: 'bayesianProbitRegressor',
  400: 'glmClassifier',
  401: 'supportVectorClassifier',
  402: 'treeEnsembleClassifier',
  403: 'neuralNetworkClassifier',
  404: 'kNearestNeighborsClassifier',
  500: 'neuralNetwork',
  501: 'itemSimilarityRecommender',
  502: 'mlProgram',
  555: 'customModel',
  556: 'linkedModel',
  560: 'classConfidenceThresholding',
  600: 'oneHotEncoder',
  601: 'imputer',
  602: 'featureVectorizer',
  603: 'dictVectorizer',
  604: 'scaler',
  606: 'categoricalMapping',
  607: 'normalizer',
  609: 'arrayFeatureExtractor',
  610: 'nonMaximumSuppression',
  900: 'identity',
  2000: 'textClassifier',
  2001: 'wordTagger',
  2002: 'visionFeaturePrint',
  2003: 'soundAnalysisPreprocessing',
  2004: 'gazetteer',
  2005: 'wordEmbedding',
  2006: 'audioFeaturePrint',
  3000: 'serializedModel',
};
const pipelines = new Set([200, 201, 202]);
const networks = new Set([303, 403, 500]);
const customModel = 555;
/** ArrayFeatureType.ArrayDataType (FeatureTypes.proto) */
const arrayTypes: Readonly<Record<number, string>> = {
  65552: 'F16',
  65568: 'F32',
  65600: 'F64',
  131080: 'I8',
  131104: 'I32',
};
const colours: Readonly<Record<number, string>> = { 10: 'grey', 20: 'RGB', 30: 'BGR', 40: 'grey F16' };
/** Feature types without parts worth showing. */
const plainTypes: Readonly<Record<number, string>> = {
  1: 'I64',
  2: 'F64',
  3: 'STRING',
  6: 'dictionary',
  7: 'sequence',
  8: 'state',
};
const maxDepth = 16;
const maxShown = 100;

interface Found {
  version: number;
  readonly metadata: Record<string, string>;
  readonly inputs: Feature[];
  readonly outputs: Feature[];
  readonly types: string[];
  readonly custom: Set<string>;
}

interface Feature {
  name: string;
  dtype: string;
  shape: (number | string)[];
}

/**
 * Core ML: protobuf `Model`, read by ranges, weights passed over: version, description, inputs and outputs, kind of
 * model, custom layers. @throws HubError WEIGHT_HEADER_INVALID. Source: coremltools mlmodel/format/*.proto.
 */
export async function readCoreMl(path: string, reader: RangeReader): Promise<WeightHeader> {
  const cursor = new Cursor(reader, path, { budgetBytes });
  const found: Found = { version: 0, metadata: {}, inputs: [], outputs: [], types: [], custom: new Set() };
  await readModel(cursor, reader.sizeBytes, found, 0);
  if (!found.version) cursor.fail('it names no Core ML version');
  return {
    format: 'coreml',
    parameters: {},
    tensorCount: 0,
    tensors: [],
    metadata: {
      specificationVersion: found.version,
      ...(found.types.length > 0 && { type: cut(found.types.join(' › ')) }),
      ...found.metadata,
      inputs: describeValues(found.inputs),
      outputs: describeValues(found.outputs),
    },
    warnings: [...found.custom].map((name) => `it needs code of its app: the custom layer ${name}`),
  };
}

async function readModel(cursor: Cursor, end: number, found: Found, depth: number): Promise<void> {
  if (depth > maxDepth) cursor.fail('models are nested too deep');
  for await (const field of wireFields(cursor, end)) {
    if (field.field === 1 && field.end === null && depth === 0) found.version = field.value;
    if (field.end === null) continue;
    if (field.field === 2 && depth === 0) await readDescription(cursor, field.end, found);
    if (field.field < 200) continue;
    if (found.types.length < 50) found.types.push(modelTypes[field.field] ?? `type ${field.field}`);
    if (field.field === 202) await readPipeline(cursor, field.end, found, depth);
    else if (pipelines.has(field.field)) {
      for await (const part of wireFields(cursor, field.end)) {
        if (part.field === 1 && part.end !== null) await readPipeline(cursor, part.end, found, depth);
      }
    } else if (networks.has(field.field)) await readNetwork(cursor, field.end, found);
    else if (field.field === customModel) await readClassName(cursor, field.end, 1, found);
  }
}

async function readPipeline(cursor: Cursor, end: number, found: Found, depth: number): Promise<void> {
  for await (const field of wireFields(cursor, end)) {
    if (field.field === 1 && field.end !== null) await readModel(cursor, field.end, found, depth + 1);
  }
}

/** Layers (1) whose kind is custom (500) name a class (10) of the app that runs them. */
async function readNetwork(cursor: Cursor, end: number, found: Found): Promise<void> {
  for await (const layer of wireFields(cursor, end)) {
    if (layer.field !== 1 || layer.end === null) continue;
    for await (const part of wireFields(cursor, layer.end)) {
      if (part.field === 500 && part.end !== null) await readClassName(cursor, part.end, 10, found);
    }
  }
}

async function readClassName(cursor: Cursor, end: number, number: number, found: Found): Promise<void> {
  let name = '?';
  for await (const field of wireFields(cursor, end)) {
    if (field.field === number && field.end !== null) name = await wireText(cursor, field, 200);
  }
  if (found.custom.size < 20) found.custom.add(name);
}

const texts: Readonly<Record<number, string>> = { 1: 'description', 2: 'version', 3: 'author', 4: 'license' };

async function readDescription(cursor: Cursor, end: number, found: Found): Promise<void> {
  for await (const part of wireFields(cursor, end)) {
    if (part.end === null) continue;
    if (part.field === 1 && found.inputs.length < maxShown) found.inputs.push(await readFeature(cursor, part.end));
    if (part.field === 10 && found.outputs.length < maxShown) found.outputs.push(await readFeature(cursor, part.end));
    if (part.field !== 100) continue;
    for await (const text of wireFields(cursor, part.end)) {
      const name = texts[text.field];
      if (name && text.end !== null) found.metadata[name] = await wireText(cursor, text, 500);
    }
  }
}

async function readFeature(cursor: Cursor, end: number): Promise<Feature> {
  const feature: Feature = { name: '', dtype: '?', shape: [] };
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 1) feature.name = await wireText(cursor, field, 200);
    if (field.field !== 3) continue;
    for await (const type of wireFields(cursor, field.end)) await readType(cursor, type, feature);
  }
  return feature;
}

async function readType(cursor: Cursor, type: WireField, feature: Feature): Promise<void> {
  if (type.end === null) return;
  if (plainTypes[type.field]) feature.dtype = plainTypes[type.field]!;
  if (type.field === 4) await readImage(cursor, type.end, feature);
  if (type.field === 5) await readArray(cursor, type.end, feature);
}

async function readImage(cursor: Cursor, end: number, feature: Feature): Promise<void> {
  let [width, height, colour] = [0, 0, ''];
  for await (const field of wireFields(cursor, end)) {
    if (field.end !== null) continue;
    if (field.field === 1) width = field.value;
    if (field.field === 2) height = field.value;
    if (field.field === 3) colour = colours[field.value] ?? '';
  }
  feature.dtype = `image ${colour}`.trim();
  feature.shape = [height, width];
}

async function readArray(cursor: Cursor, end: number, feature: Feature): Promise<void> {
  for await (const field of wireFields(cursor, end)) {
    if (field.field === 1) feature.shape.push(...(await wireNumbers(cursor, field, 32)));
    if (field.field === 2 && field.end === null) feature.dtype = arrayTypes[field.value] ?? '?';
    if (feature.shape.length > 32) cursor.fail('an array has more than 32 dimensions');
  }
}
