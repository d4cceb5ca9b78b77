import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Config } from '../../../inference/compile/config.js';
import { classNameOf } from '../../../inference/compile/index.js';
import { layersOf } from '../../../inference/referee/depth.js';
import { refereeOf } from '../../../inference/referee/index.js';
import type { JsonObject } from '../../../inference/snapshot/snapshotFiles.js';

/** The cost that all layers of a text model are just above: one of them is cut, and its head is passed upon the others. */
export async function justNotAll(folder: string): Promise<number> {
  const json = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8')) as JsonObject;
  const referee = refereeOf(String(json.model_type), classNameOf(json, []))!;
  return layersOf(json, referee) * referee.layerCost(new Config(json)) - 1;
}
