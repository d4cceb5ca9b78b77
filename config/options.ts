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
  readonly card: {
    /** Hosts whose pages cards may show in frames. */
    readonly embedHosts: readonly string[];
  };
  /** Whom to ask for more: an address or a sentence; null = not said. */
  readonly contact: string | null;
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
  readonly xet: {
    /** So long clients may build files of what they sent before; then they send all anew. */
    readonly epochDays: number;
    /** What they sent is kept so much longer, for uploads that are on their way. */
    readonly graceDays: number;
  };
  readonly storage: {
    /** Below this much free disk, writes get 507. */
    readonly floorBytes: number;
  };
  readonly maintenance: { readonly repackHours: number; readonly gcGraceHours: number; readonly sweepSeconds: number };
  readonly inference: {
    readonly enabled: boolean;
    /** At most; `minThreads` of them are always there. */
    readonly threads: number;
    readonly minThreads: number;
    /** The others end when they had no work for so long. */
    readonly threadIdleSeconds: number;
    /** Budget of loaded models, in bytes. */
    readonly memoryBytes: number;
    readonly deadlineSeconds: number;
    readonly maxQueue: number;
    /** Calls that one thread works on side by side, and texts that run together, at most. */
    readonly maxBatch: number;
    /** A text waits so long for others that are on their way to its model. */
    readonly batchWaitMs: number;
    /** Models that are loaded first and stay in memory. */
    readonly pinned: readonly string[];
    /** A model that nobody called for so long is unloaded; 0 = never. */
    readonly idleMinutes: number;
    /** Of the memory, so much may be filled with the most called models at the start. */
    readonly preloadPercent: number;
    /** 'auto' = float32, then O1–O4, then the most exact quantised file. */
    readonly graph: string;
    /** Whether compiled models answer in int8 where that is close enough; owners may say otherwise. */
    readonly int8: boolean;
    /** No answer in int8 may be further from the float32 graph's. */
    readonly int8Cosine: number;
    /** For answers that are kept; 0 = none. */
    readonly cacheBytes: number;
    /** Whether each model is run once after its push, to say how fast it is here. */
    readonly measure: boolean;
    /** Of a token or user, and of an address that is not signed in; 0 = no limit. */
    readonly callsPerMinute: number;
    readonly anonymousCallsPerMinute: number;
    /** Whether calls from this machine count too. */
    readonly limitLoopback: boolean;
    /** Images and sounds given as addresses: false = refused, true = fetched from any public host, else from these hosts. */
    readonly fetchUrls: boolean | readonly string[];
    /** Whether hosts of that list may lie in private networks. */
    readonly fetchPrivate: boolean;
  };
  readonly webhooks: {
    /** Whether webhooks may lead into private networks, and to this machine. */
    readonly allowPrivate: boolean;
  };
}
