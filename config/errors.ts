/**
 * The one error type and the table of its codes. A code says which HTTP status a door answers, the sentence a person
 * reads, and a hint that says what helps. `{name}` in a text is filled from `details`.
 * docs/errors.md has a section for every code; test/config/errors.test.ts compares both ways.
 */
interface ErrorRow {
  readonly status: number;
  readonly message: string;
  readonly hint?: string;
  /** The Hub's `X-Error-Code`, where its clients know one. */
  readonly hubCode?: 'RepoNotFound' | 'RevisionNotFound' | 'EntryNotFound' | 'GatedRepo';
}

export const errorTable = {
  INTERNAL: { status: 500, message: 'Internal error', hint: 'The log has the details under the request id.' },
  BAD_REQUEST: { status: 400, message: '{reason}' },
  CREDENTIALS_INVALID: {
    status: 401,
    message: 'Invalid credentials in Authorization header',
    hint: 'Use a token from /settings/tokens, or your user name and password.',
  },
  CREDENTIALS_NEEDED: { status: 401, message: 'Authentication is required', hint: 'Sign in or send a token.' },
  ACCOUNT_DISABLED: { status: 403, message: 'An administrator disabled this account{reason}' },
  FORBIDDEN: { status: 403, message: '{reason}' },
  REPO_NOT_FOUND: { status: 404, message: 'Repository not found', hubCode: 'RepoNotFound' },
  REPO_DISABLED: { status: 403, message: 'An administrator disabled {repo} on {day}{reason}' },
  GATED: {
    status: 403,
    message: 'Access to {repo} is restricted and you are not in the authorized list; ask for access at {page}',
    hubCode: 'GatedRepo',
  },
  GATED_SIGN_IN: {
    status: 401,
    message: 'Access to {repo} is restricted: sign in, or send a token, and ask for access at {page}',
    hubCode: 'GatedRepo',
  },
  REVISION_NOT_FOUND: { status: 404, message: 'Invalid rev id: {revision}', hubCode: 'RevisionNotFound' },
  ENTRY_NOT_FOUND: { status: 404, message: 'Entry not found: {path}', hubCode: 'EntryNotFound' },
  /** What a call names beside the repository of its address. */
  NOT_FOUND: { status: 404, message: '{reason}' },
  ACCOUNT_NOT_FOUND: { status: 404, message: 'There is no {kind} called {name}' },
  PAGE_NOT_FOUND: { status: 404, message: 'Nothing here' },
  CONFLICT: { status: 409, message: '{reason}' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This address does not take {method}' },
  UNSUPPORTED_MEDIA: { status: 415, message: 'This address takes {wanted}' },
  NAME_INVALID: { status: 400, message: '{reason}', hint: 'Letters, digits, "-", "_" and "."; at most 96 characters.' },
  NAME_TAKEN: { status: 409, message: '{name} is already taken' },
  RATE_LIMITED: { status: 429, message: 'Too many {what}; try again in {seconds} s' },
  TOO_MANY_CALLS: {
    status: 429,
    message:
      'More than {perMinute} calls of models a minute; try again in {seconds} s, or ask {contact} for a higher limit',
  },
  BUSY: { status: 503, message: '{what} is busy; try again in {seconds} s' },
  STORAGE_FULL: {
    status: 507,
    message: 'The disk of this hub is nearly full ({freeBytes} bytes free, {floorBytes} needed): writes are refused',
    hint: 'Ask the administrator to free space; reading goes on.',
  },
  TOO_LARGE: { status: 413, message: '{what} is larger than {limitBytes} bytes' },
  RANGE_INVALID: { status: 416, message: 'Range not satisfiable' },
  OPTION_INVALID: { status: 500, message: 'Option {option}: got {got}; it takes {takes}' },
  OPTION_UNKNOWN: { status: 500, message: 'Unknown option {option}{suggestion}' },
  /** The Hub's clients look for these words. */
  BRANCH_MOVED: {
    status: 412,
    message: 'The branch was updated since you opened this page. Please refresh and try again.',
  },
  DISCUSSION_NOT_FOUND: { status: 404, message: 'There is no discussion and no pull request {num} here' },
  REF_EXISTS: { status: 409, message: 'Reference {ref} already exists' },
  PATH_INVALID: { status: 422, message: 'The path "{path}" is not taken: {reason}' },
  PUSH_REFUSED: { status: 400, message: '{reason}' },
  GIT_FAILED: { status: 500, message: 'git {command} failed: {reason}' },
  CARD_INVALID: { status: 400, message: 'README.md front matter{where}: {reason}' },
  WEIGHT_HEADER_INVALID: { status: 400, message: '{path}: {reason}' },
  LFS_BATCH_TOO_LARGE: { status: 413, message: 'The LFS batch is too large: at most 10000 objects in 4 MiB' },
  LFS_HASH_UNKNOWN: { status: 409, message: 'LFS objects are named by sha256 here, not by {hash}' },
  LFS_OBJECT_MISSING: { status: 404, message: 'LFS object {oid} is not here' },
  LFS_LINK_INVALID: {
    status: 403,
    message: 'This link has expired or was not made by this hub',
    hint: 'Run the git command again.',
  },
  LFS_OBJECT_INVALID: { status: 422, message: '{reason}' },
  XET_INVALID: { status: 400, message: '{reason}' },
  XET_XORB_UNKNOWN: {
    status: 400,
    message: 'The shard names xorb {xorb}, which this user did not upload here',
    hint: 'Remove what the client remembers of this hub (HF_XET_CACHE, or ~/.cache/huggingface/xet) and upload again.',
  },
  XET_TOKEN_INVALID: {
    status: 401,
    message: 'This Xet token has expired or was not made by this hub for this address',
  },
  XET_EPOCH_GONE: {
    status: 410,
    message: 'This address for uploads is no longer used',
    hint: 'Upload again: the client then asks for a new one.',
  },
  INFERENCE_INPUT_INVALID: { status: 400, message: '{reason}' },
  ADDRESS_REFUSED: { status: 400, message: '{address} is not fetched: {reason}' },
  ADDRESS_FAILED: { status: 400, message: '{address} could not be fetched: {reason}' },
  INFERENCE_OFF: { status: 403, message: 'Inference is turned off for this model: {reason}' },
  INFERENCE_UNAVAILABLE: { status: 400, message: 'This model cannot be run here: {reason}' },
  MODEL_LOADING: { status: 503, message: 'Model {model} is currently loading' },
  MODEL_TOO_LARGE: {
    status: 413,
    message: 'The model needs {neededMB} MB; the budget (inference.memoryBytes) has {budgetMB} MB for it',
  },
  /** Not 503: the Hub's clients ask again and again on 503, and this does not pass by itself. */
  MODEL_QUARANTINED: { status: 403, message: 'This model is quarantined: {reason}' },
  QUEUE_FULL: { status: 429, message: 'Too many calls are waiting ({waiting}); try again in {seconds} s' },
  DEADLINE_EXCEEDED: { status: 504, message: 'No answer within {seconds} s' },
  CALL_CANCELLED: { status: 499, message: 'The caller left before the answer' },
  RUNNER_LOST: {
    status: 503,
    message: 'The process that runs models ended while it ran this call: {reason}',
    hint: 'Try again; if it stays so, the log of the hub says more.',
  },
  SCHEMA_TOO_NEW: {
    status: 500,
    message: '{file} has schema {found}, this version knows {known}',
    hint: 'Start a newer Hubstead, or restore the backup made before the upgrade.',
  },
  DATABASE_UNREADABLE: {
    status: 500,
    message: '{file} cannot be read: {reason}',
    hint: 'Every row of index.sqlite comes again when it is deleted; hub.sqlite must come from a backup.',
  },
  DATA_FOLDER_LOCKED: { status: 500, message: 'The data folder {folder} is in use by process {pid}' },
  DATA_UNUSABLE: {
    status: 500,
    message: '{path} cannot be used: {reason}',
    hint: 'The user that runs the hub must be able to read and write there.',
  },
  LISTEN_FAILED: {
    status: 500,
    message: 'Cannot listen on {address}: {reason}',
    hint: 'Choose another address with --host and --port; port 0 is any free one.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Any failure that a user may read. Everything else that is thrown is INTERNAL: users see a request id, the log the rest. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(fill(errorTable[code].message, details), options);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get hint(): string | undefined {
    return (errorTable[this.code] as ErrorRow).hint;
  }

  /** Value of `X-Error-Code` for the Hub's clients. */
  get hubCode(): string | undefined {
    return (errorTable[this.code] as ErrorRow).hubCode;
  }
}

/** The error itself when a user may read it, else INTERNAL with the original as its cause. */
export function toHubError(error: unknown): HubError {
  return error instanceof HubError ? error : new HubError('INTERNAL', {}, { cause: error });
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
}
