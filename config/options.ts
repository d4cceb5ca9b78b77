/** All options after defaults, files, environment and flags were merged and checked. See default.yaml for their meaning. */
export interface Options {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Public URL without a trailing slash; null = derived from a trusted Host header. */
  readonly baseUrl: string | null;
  readonly log: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Addresses or networks of reverse proxies whose X-Forwarded-* headers count. */
  readonly trustProxy: readonly string[];
  readonly registration: 'closed' | 'open';
  readonly anonymousRead: boolean;
  readonly anonymousInference: boolean;
  readonly createOnPush: boolean;
  readonly newRepoVisibility: 'public' | 'private';
  readonly demo: boolean;
  readonly externalImages: boolean;
  readonly admin: { readonly password: string | null; readonly token: string | null };
  readonly git: {
    readonly maxReceivePack: number;
    readonly maxUploadPack: number;
    readonly maxPushBytes: number;
    /** Largest blob outside LFS. */
    readonly maxBlobBytes: number;
    readonly idleTimeoutSeconds: number;
  };
  readonly lfs: { readonly maxObjectBytes: number; readonly linkSeconds: number };
  readonly storage: {
    /** Below this much free disk, writes get 507. */
    readonly floorBytes: number;
  };
  readonly maintenance: { readonly repackHours: number; readonly gcGraceHours: number; readonly sweepSeconds: number };
  readonly inference: {
    readonly enabled: boolean;
    readonly threads: number;
    /** Budget of loaded models, in bytes. */
    readonly memoryBytes: number;
    readonly deadlineSeconds: number;
    readonly maxQueue: number;
    /** 'auto' = float32, then O1–O4, then the most exact quantised file. */
    readonly graph: string;
    /** For answers that are kept; 0 = none. */
    readonly cacheBytes: number;
  };
}
