import { buildGraphs } from '../../../inference/compile/index.js';

/** Builds graphs that read one tensor where the largest one is: right shapes, wrong numbers. */
export function wrongTensor(name: string): typeof buildGraphs {
  return (json, tensors, options) => {
    const largest = tensors.reduce((one, other) => (other.sizeBytes > one.sizeBytes ? other : one));
    const { file, offset } = largest;
    return buildGraphs(
      json,
      tensors.map((tensor) => (tensor.name === name ? { ...tensor, file, offset } : tensor)),
      options,
    );
  };
}
