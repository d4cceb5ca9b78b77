import type { Config } from '../compile/config.js';
import type { TypedTensor } from '../pipelines/model.js';
import type { JsonObject } from '../snapshot/snapshotFiles.js';
import type { StoredWeights } from './storedWeights.js';

/** What a forward pass gives: what each layer gives, by the names of the graph's taps, and the outputs by theirs. */
export interface Passed {
  readonly layers: ReadonlyMap<string, Float32Array>;
  readonly outputs: ReadonlyMap<string, Float32Array>;
  /** What stands before the layers' names in a verdict, where two graphs of a model have layers of the same names. */
  readonly place?: string;
  /** What another graph gives for inputs that this pass made: a decoder, of what its encoder gave. */
  readonly further?: PassedGraph;
}

export interface PassedGraph extends Passed {
  readonly graph: string;
  readonly feeds: Feeds;
  /** Stands behind the names of layers and outputs, where the graph is run before with other inputs. */
  readonly note?: string;
}

export type Feeds = Readonly<Record<string, TypedTensor>>;

export interface ForwardInput {
  /** Of the model that is passed: config.json, cut to `depth` layers where it has more. */
  readonly config: Config;
  readonly weights: StoredWeights;
  readonly feeds: Feeds;
  readonly depth: number;
  /** Whether outputs are asked for. Those of a cut model are what its head makes of the last layer that is left. */
  readonly hasHead: boolean;
  /** The class name in config.json. */
  readonly className: string;
}

export interface Shortened {
  /** What changes in config.json, in parts of it too. */
  readonly json: JsonObject;
  /** Tables [places, size] of which so many rows are left. */
  readonly tables: readonly (readonly [tensor: RegExp, places: number])[];
}

/**
 * A family's forward pass in plain TypeScript, written from its definition and apart from the graph of
 * `compile/architectures`: what both get wrong in the same way is all that it cannot find.
 */
export interface Referee {
  readonly modelTypes: readonly string[];
  /** Its classes, where another referee passes the others of these types. */
  readonly classes?: RegExp;
  /** The graph that is compared first; a class that only reads may have one under another name. */
  readonly graph: string;
  /**
   * Key of config.json with the number of layers, or of those of each stage; the graph is cut there for models too large to
   * pass whole. A function says it of each of `parts`, which may be of different families.
   */
  readonly layersKey: string | ((part: JsonObject) => string);
  /** How many layers there are where the key is absent: parts of config.json often leave out what is usual. */
  readonly usualLayers?: number;
  /** Keys with counts of layers that are cut alike. */
  readonly cutAlike?: readonly string[];
  /** Parts of config.json that have the key, each for layers of its own; absent: it stands in the file itself. */
  readonly parts?: readonly string[];
  /** What else changes in config.json when it is cut, since it depends on the count of layers. */
  readonly whenCut?: (config: Config, depth: number) => JsonObject;
  /** The same model for shorter inputs than its tables of places are made for: few places show what a layer does as well. */
  readonly shorten?: (config: Config) => Shortened;
  /** Multiplications of one layer, about, or of one in each stage, for the inputs of `feeds`. */
  layerCost(config: Config): number;
  /** Made-up inputs, the same each time, that reach what differs: padding, several positions, both segments. */
  feeds(config: Config): Feeds;
  forward(input: ForwardInput): Promise<Passed>;
}
