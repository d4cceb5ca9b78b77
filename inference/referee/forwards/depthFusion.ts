import { add, curveOf } from '../arrays.js';
import { batchNorm, type ChannelMap, convolution, grown, mapped } from '../maps.js';
import { resized } from '../resizing.js';
import type { Tensors } from '../tensors.js';

/** What DPT (arXiv 2103.13413) makes of the maps of some layers, for all models that took it over. */

export function relu(map: ChannelMap): ChannelMap {
  return mapped(map, curveOf('relu')!);
}

/** The map of the layer that is the `index`th of the chosen ones, in the size and with the channels of the neck. */
export async function reassembled(
  tensors: Tensors,
  index: number,
  map: ChannelMap,
  factor: number,
): Promise<ChannelMap> {
  const name = `neck.reassemble_stage.layers.${index}`;
  const projected = await convolution(tensors, `${name}.projection`, map);
  return convolution(tensors, `neck.convs.${index}`, await scaled(tensors, `${name}.resize`, projected, factor), {
    padding: 1,
  });
}

async function scaled(tensors: Tensors, name: string, map: ChannelMap, factor: number): Promise<ChannelMap> {
  if (factor === 1) return map;
  if (factor > 1) return grown(tensors, name, map, factor);
  return convolution(tensors, name, map, { stride: Math.trunc(1 / factor), padding: 1 });
}

/**
 * From the last map to the first, each is added to what was made of those behind it, and enlarged: `enlarged` gets the map and
 * the one that comes next.
 */
export async function fuse(
  tensors: Tensors,
  maps: readonly ChannelMap[],
  layers: Map<string, Float32Array>,
  enlarged: (map: ChannelMap, next: ChannelMap | undefined) => ChannelMap,
): Promise<readonly ChannelMap[]> {
  const fused: ChannelMap[] = [];
  const backwards = [...maps].reverse();
  for (const [index, map] of backwards.entries()) {
    const name = `neck.fusion_stage.layers.${index}`;
    const before = fused.at(-1);
    const sum = before
      ? summed(before, await residual(tensors, `${name}.residual_layer1`, resized(map, before.height, before.width)))
      : map;
    const wide = enlarged(await residual(tensors, `${name}.residual_layer2`, sum), backwards[index + 1]);
    const projected = await convolution(tensors, `${name}.projection`, wide);
    layers.set(name, projected.data);
    fused.push(projected);
  }
  return fused;
}

/** Two convolutions, a curve before each, and a way past them. */
async function residual(tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  let y = x;
  for (const place of [1, 2]) {
    y = await convolution(tensors, `${name}.convolution${place}`, relu(y), { padding: 1 });
    const norm = `${name}.batch_norm${place}`;
    if (tensors.has(`${norm}.weight`)) y = await batchNorm(tensors, norm, y);
  }
  return summed(x, y);
}

function summed(a: ChannelMap, b: ChannelMap): ChannelMap {
  return { ...a, data: add(a.data, b.data) };
}

export function doubled(x: ChannelMap): ChannelMap {
  return resized(x, 2 * x.height, 2 * x.width, { corners: true });
}
