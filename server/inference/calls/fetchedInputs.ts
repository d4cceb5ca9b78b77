import { HubError } from '../../../config/errors.js';
import { isJsonObject } from '../../../config/jsonObject.js';
import { takesFile } from '../../../views/widgets/inputs.js';
import { callerOf } from '../../callLimits/caller.js';
import type { Services } from '../../services.js';
import type { Asker, Question } from './askModel.js';
import { maxFileBytes } from './questionBody.js';

/** For all files of a question. */
const fetchMs = 20_000;

interface Asked extends Pick<Question, 'inputs' | 'load' | 'signal'> {
  readonly task: string;
  readonly snapshotKey: string;
}

/**
 * The inputs of a question with the bytes of images and sounds in place of their addresses (`https://…`), where the options say
 * that the hub fetches any; else as they are. All files of a question together have at most `maxFileBytes`,
 * and 20 seconds to come.
 * @throws HubError as fetchFile does; MODEL_LOADING for a page that only looks, before anything is fetched for it
 */
export async function fetchedInputs(
  services: Pick<Services, 'files' | 'inference' | 'options' | 'callLimits'>,
  { viewer, clientAddress }: Asker,
  { task, inputs, load, signal, snapshotKey }: Asked,
): Promise<unknown> {
  const { files } = services;
  if (!files || !takesFile(task) || !places(inputs).some(isAddress)) return inputs;
  if (load === 'never' && services.inference.state(snapshotKey) !== 'loaded') throw new HubError('MODEL_LOADING');
  const caller = callerOf(viewer, clientAddress, services.options, services.callLimits).key;
  const until = performance.now() + fetchMs;
  let left = maxFileBytes;
  const fetched = new Map<string, Uint8Array>();
  for (const address of new Set(places(inputs).filter(isAddress))) {
    const timeoutMs = Math.max(0, Math.round(until - performance.now()));
    const bytes = await files.fetch({ address, caller, maxBytes: left, timeoutMs, ...(signal && { signal }) });
    left -= bytes.length;
    fetched.set(address, bytes);
  }
  return withFiles(inputs, fetched);
}

/** Where a file may stand: the input itself, or its `image`; of each input, when there are several. */
function places(inputs: unknown): readonly unknown[] {
  return [inputs].flat().map((input) => (isJsonObject(input) ? input.image : input));
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https?:/i.test(value);
}

function withFiles(input: unknown, files: ReadonlyMap<string, Uint8Array>): unknown {
  if (Array.isArray(input)) return input.map((one) => withFiles(one, files));
  if (isJsonObject(input) && 'image' in input) return { ...input, image: withFiles(input.image, files) };
  return isAddress(input) ? (files.get(input) ?? input) : input;
}
