import { isJsonObject } from '../../config/jsonObject.js';

/** Bytes of an answer, as a link in the page. */
export interface AnswerFile {
  readonly type: string;
  readonly base64: string;
  readonly address: string;
}

/** `{blob, content-type}`, as answers of bytes come; null for anything else. */
export function fileOf(value: unknown): AnswerFile | null {
  if (!isJsonObject(value) || typeof value.blob !== 'string') return null;
  const type = value['content-type'];
  if (typeof type !== 'string' || !/^(audio|image)\/[\w.+-]+$/.test(type) || !/^[\w+/]*={0,2}$/.test(value.blob))
    return null;
  return { type, base64: value.blob, address: `data:${type};base64,${value.blob}` };
}
