import type { CrossDecoder } from '../../blocks/encoderDecoder.js';
import type { GraphBuilder, Value } from '../../graphBuilder.js';

/** A decoder that writes about what an encoder gives. */
export interface WritingDecoder {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  readonly words: number;
  /** Numbers of the tokens that its keys and values are made of. */
  readonly crossSize: number;
  /** Keys and values by which a layer looks at an encoder's tokens. */
  keysOf(g: GraphBuilder, encoded: Value, layer: number): readonly [Value, Value];
  /** [batch, tokens, words] */
  scores(g: GraphBuilder, state: CrossDecoder): Value;
}
