import type { RepoKind, RepoRef } from '../../config/repo.js';

/** From least to most. */
export const organizationRoles = ['read', 'contributor', 'write', 'admin'] as const;
export type OrganizationRole = (typeof organizationRoles)[number];
export type TokenRole = 'read' | 'write';

/** One place where a fine-grained token reaches, and what it may there: a repository, or all of a namespace. */
export type TokenScope = { readonly permission: TokenRole } & (
  | {
      readonly repoId: number;
      /** What it is called now; a token that is made need not say it. */
      readonly ref?: RepoRef;
    }
  | { readonly owner: string }
);

export interface User {
  readonly id: number;
  readonly name: string;
  readonly fullName: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly disabled: boolean;
  readonly createdAtMs: number;
}

export interface Organization {
  readonly id: number;
  readonly name: string;
  readonly createdAtMs: number;
}

/** Who asks. Made at a door (session cookie, Basic, Bearer, signed link) and handed on; nothing else decides. */
export type Viewer =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly user: User;
      /** How far the credential reaches: a read token cannot write, whatever its user may. */
      readonly credential: 'session' | 'password' | TokenRole;
      /** The token that was shown; absent for other credentials. */
      readonly tokenId?: number;
      /** Where a fine-grained token reaches; elsewhere it is a stranger's. Absent = wherever its user does. */
      readonly scopes?: readonly TokenScope[];
      /** Organisations by lower-case name. */
      readonly organizations: ReadonlyMap<string, OrganizationRole>;
    };
export type SignedIn = Viewer & { readonly kind: 'user' };

/** 'fetch' = what is in the files. 'discuss' = begin discussions and pull requests, and write in them. 'manage' = settings, visibility, delete, rename. 'create' asks about a repository that does not exist yet. */
export type Action = 'read' | 'fetch' | 'infer' | 'like' | 'discuss' | 'write' | 'create' | 'manage';

/** One row of hub.sqlite: what a repository's files cannot say. */
export interface RepoRow {
  readonly id: number;
  readonly ref: RepoRef;
  readonly private: boolean;
  /** 'pending': opened by the first request of a push, invisible until a push is accepted, swept after 24 h. */
  readonly state: 'pending' | 'active';
  readonly createdAtMs: number;
  readonly createdBy: number | null;
  /** Owner's switch, beside the card's own. */
  readonly inferenceOff: boolean;
  /** Owner's choice of graph file, or null. */
  readonly graph: string | null;
  /** Owner's wish for int8; null = as the hub's option says. */
  readonly int8: boolean | null;
  readonly likes: number;
  /** Whether files are for those alone who asked: 'auto' lets in whoever asks, 'manual' whom the owners accept; null = not. */
  readonly gated: 'auto' | 'manual' | null;
  /** Taken down by an administrator: only administrators reach it. */
  readonly disabled: { readonly reason: string; readonly atMs: number } | null;
}

export interface Token {
  readonly id: number;
  readonly userId: number;
  readonly label: string;
  /** Of a fine-grained one, the most that it may anywhere. */
  readonly role: TokenRole;
  /** null = not fine-grained. */
  readonly scopes: readonly TokenScope[] | null;
  /** First six characters of the secret part, for recognition. */
  readonly prefix: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

/** What running a model took on this host; times in milliseconds. */
export interface Measurement {
  /** Key of the files that were run. */
  readonly snapshot: string;
  /** The graph of them; absent in measurements of older hubs. */
  readonly graph?: string | null;
  readonly task: string;
  /** `cpu+fp32`, `cpu+compiled`… */
  readonly computeType: string;
  /** 0 = it was in memory already. */
  readonly loadMs: number;
  /** Median and 95th percentile of calls with one example, one after the other; null when there is no example. */
  readonly medianMs: number | null;
  readonly slowMs: number | null;
  readonly calls: number;
  /** Memory of the loaded model. */
  readonly bytes: number;
  /** Tokens that went through the model in a second of its calls; null for models without tokens. */
  readonly tokensPerSecond: number | null;
  /** Seconds of sound that it makes in a second of its calls; null for models that make none. */
  readonly soundPerSecond?: number | null;
  /** Examples of the card that bring an answer, and how many of those the model gave too. */
  readonly cardExamples: { readonly asked: number; readonly equal: number };
}

/** Users, organisations, tokens, invitations. Backed by hub.sqlite; the only writer of these tables. */
export interface Accounts {
  userByName(name: string): User | null;
  userById(id: number): User | null;
  /** Ignores case; null also for the empty address. */
  userByEmail(email: string): User | null;
  listUsers(): readonly User[];
  /** @throws HubError NAME_INVALID, NAME_TAKEN, BAD_REQUEST (password too short), FORBIDDEN (invitation used up) */
  addUser(user: {
    name: string;
    password: string;
    email?: string;
    fullName?: string;
    isAdmin?: boolean;
    /** Also one that is too short for others: who sets options owns the machine. */
    anyPassword?: boolean;
    /** Code of the link by which they come; it serves one person. */
    invitation?: string | null;
  }): Promise<User>;
  setPassword(userId: number, password: string): Promise<void>;
  /** '' takes it away. @throws HubError BAD_REQUEST when it is no address, or another's */
  setEmail(userId: number, email: string): void;
  /** Sessions, tokens, memberships and likes go along; what they made stays with its owner, and nobody made it. */
  removeUser(userId: number): void;
  /** Disabling revokes every session and token. @throws HubError BAD_REQUEST for the only administrator of the hub */
  setDisabled(userId: number, disabled: boolean, reason?: string): void;
  /** null when unknown or wrong; same time either way. Rate-limited by (name, address). @throws HubError RATE_LIMITED, ACCOUNT_DISABLED (the password is right) */
  verifyPassword(name: string, password: string, address: string): Promise<User | null>;
  /** The token is returned once; only its hash is kept. `preset` is for HUBSTEAD_ADMIN_TOKEN. */
  addToken(
    userId: number,
    token: { label: string; role: TokenRole; preset?: string; scopes?: readonly TokenScope[] },
  ): { token: string; row: Token };
  listTokens(userId: number): readonly Token[];
  revokeToken(tokenId: number): boolean;
  /** null when unknown, revoked or its user is disabled. Notes last use (at most once a minute). */
  viewerOfToken(token: string): Viewer | null;
  viewerOfUser(user: User, credential: 'session' | 'password'): Viewer;
  /** Whom something was signed for: null when the account is gone or disabled, or the token that was shown then (0 = none) revoked. */
  viewerBehind(signed: { readonly userId: number; readonly tokenId: number }): Viewer | null;
  /** Value of the signed session cookie. */
  openSession(userId: number): string;
  viewerOfSession(cookie: string): Viewer | null;
  closeSession(cookie: string): void;
  /** Bound to the session (or, signed out, to a random cookie). */
  csrfToken(binding: string): string;
  verifyCsrfToken(binding: string, token: string): boolean;
  addInvitation(createdBy: number): string;
  invitationIsValid(code: string): boolean;
  /** Ignores case; null when there is none. */
  organization(name: string): Organization | null;
  addOrganization(name: string, creatorId: number): void;
  /** The name of a person or an organisation as it is spelled, found without case; null when there is none. */
  ownerName(name: string): string | null;
  /** People and organisations whose names hold the text, those that begin with it first; none that is disabled. */
  findOwners(text: string, limit: number): readonly { name: string; fullname: string; type: 'user' | 'org' }[];
  /** null = no member any more. @throws HubError BAD_REQUEST for an unknown organisation, and where it would be left without an administrator */
  setMember(organization: string, userId: number, role: OrganizationRole | null): void;
  /** Organisations of a user, by name as it is spelled. */
  membershipsOf(userId: number): readonly { name: string; role: OrganizationRole }[];
  /** What it owned must be gone before. */
  removeOrganization(name: string): void;
  membersOf(organization: string): readonly { user: User; role: OrganizationRole }[];
  /** Names the viewer may create repositories under: self first; of a fine-grained token, where it may write. */
  namespacesOf(viewer: Viewer): readonly string[];
}

/** Repositories as hub.sqlite knows them, aliases, LFS grants, counters, push log. The only writer of these tables. */
export interface Catalog {
  /** Ignores case. */
  find(kind: RepoKind, owner: string, name: string): RepoRow | null;
  byId(id: number): RepoRow | null;
  all(): Iterable<RepoRow>;
  /** Every repository of a namespace, pending ones too; ignores case. */
  ownedBy(owner: string): readonly RepoRow[];
  /** @throws HubError NAME_TAKEN, NAME_INVALID */
  create(ref: RepoRef, repo: { private: boolean; state: 'pending' | 'active'; createdBy: number | null }): RepoRow;
  activate(id: number): void;
  /** A pending repository that is used again is as good as new. */
  renewPending(id: number): void;
  pendingOlderThan(ms: number): readonly RepoRow[];
  setPrivate(id: number, isPrivate: boolean): void;
  /** null lets it be reached again. */
  setDisabled(id: number, reason: string | null): void;
  setGated(id: number, gated: RepoRow['gated']): void;
  setInference(id: number, setting: { off: boolean; graph: string | null }): void;
  setInt8(id: number, int8: boolean | null): void;
  /** The name before leads on, unless `leadsOn` is false. */
  rename(id: number, to: RepoRef, options?: { leadsOn: boolean }): void;
  /** Where a renamed repository went, or null. */
  movedTo(kind: RepoKind, owner: string, name: string): RepoRow | null;
  /** Every name that leads to another today. */
  moves(): Iterable<{ readonly from: RepoRef; readonly to: RepoRef }>;
  remove(id: number): void;
  setAlias(name: string, target: RepoRef): void;
  aliasTarget(kind: RepoKind, name: string): RepoRow | null;
  grantLfs(repoId: number, oid: string, sizeBytes: number): void;
  hasLfsGrant(repoId: number, oid: string): boolean;
  /** Null = the repository was not given it. */
  lfsGrantSize(repoId: number, oid: string): number | null;
  /** Repositories that were given the object, 100 at most. */
  lfsHolders(oid: string): readonly { repoId: number; sizeBytes: number }[];
  lfsGrants(repoId: number): readonly { oid: string; sizeBytes: number; grantedAtMs: number }[];
  /** Counts the grace period of these grants from now on. @returns how many of them there are */
  renewLfsGrants(repoId: number, oids: Iterable<string>): number;
  /** Drops those that were neither made nor renewed after `grantedBeforeMs`. @returns how many */
  dropLfsGrants(repoId: number, oids: readonly string[], grantedBeforeMs: number): number;
  allGrantedOids(): Iterable<string>;
  /** Whether any repository has it. */
  isLfsGranted(oid: string): boolean;
  /** Daily bucket; flushed in batches. */
  countDownload(repoId: number, atMs: number): void;
  /** What running the model took on this host when it was measured last. */
  measurement(repoId: number): Measurement | null;
  setMeasurement(repoId: number, measurement: Measurement): void;
  downloads(repoId: number, nowMs: number): { last30Days: number; allTime: number; daily: readonly number[] };
  like(repoId: number, userId: number, on: boolean): void;
  likedBy(repoId: number, userId: number): boolean;
  /** The latest first; `atMs` 0 = before likes had a date. Disabled people are not among them. */
  likersOf(repoId: number): readonly { user: string; atMs: number }[];
  /** The latest first, pending repositories and what the user may no longer see too. */
  likesOf(userId: number): readonly { repo: RepoRow; atMs: number }[];
  /** How many of today's likes were given at or after `sinceMs`. */
  likesSince(repoId: number, sinceMs: number): number;
  /** In one transaction: a push may move ten thousand refs. */
  logPush(
    push: { repoId: number; userId: number | null; atMs: number },
    changes: readonly { name: string; old: string; new: string }[],
  ): void;
}
