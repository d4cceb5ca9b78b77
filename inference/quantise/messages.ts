import type { Failure } from '../runner/messages.js';
import type { Int8Result } from '../types.js';
import type { Asked } from './search.js';

/** What the hub asks of the process that searches, once. */
export interface SearchMessage extends Asked {
  readonly folder: string;
  /** Resident memory that the process may have. */
  readonly memoryBytes: number;
}

/** What the process says, once. */
export type SearchReply =
  | { readonly ok: true; readonly result: Int8Result }
  | { readonly ok: false; readonly failure: Failure };
