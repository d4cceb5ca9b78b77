import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import { loadOptions } from '../../config/loadOptions.js';
import { createLog } from '../../config/log.js';
import type { Options } from '../../config/options.js';
import { type RepoRef, repoId, repoKey } from '../../config/repo.js';
import type { ModelPage, ModelQuery, ModelRow, Overview } from '../../indexer/search/types.js';
import type { Tag } from '../../indexer/tags/types.js';
import { createDeviceLogins } from '../../server/accounts/deviceLogins.js';
import type { Accounts, Catalog, RepoRow, Token, User, Viewer } from '../../server/accounts/types.js';
import { AnswerCache } from '../../server/inference/calls/answerCache.js';
import type { Services } from '../../server/services.js';
import { renderCard } from '../../views/card/renderCard.js';

/*
 * A hub of objects in memory, for tests of pages: accounts, catalog and index keep what they are told and nothing else.
 * What a test does not need is absent and throws when touched.
 */

export interface FakeHub {
  readonly services: Services;
  readonly users: User[];
  readonly rows: RepoRow[];
  readonly models: ModelRow[];
  readonly commits: { repo: RepoRef; message: string; files: readonly { path: string; content: Buffer | null }[] }[];
  addUser(name: string, options?: Partial<User> & { password?: string }): User;
  addModel(model: FakeModel): void;
}

export interface FakeModel {
  readonly id: string;
  readonly kind?: 'model' | 'dataset';
  readonly task?: string;
  readonly tags?: readonly string[];
  readonly private?: boolean;
  readonly downloads?: number;
  readonly likes?: number;
  readonly parameters?: number;
  readonly ageMs?: number;
  readonly summary?: string;
  readonly runnable?: boolean;
}

export function fakeHub(changes: Partial<Options> = {}): FakeHub {
  const options: Options = { ...fakeOptions(), log: 'silent', ...changes };
  const users: User[] = [];
  const rows: RepoRow[] = [];
  const models: ModelRow[] = [];
  const commits: FakeHub['commits'] = [];
  const passwords = new Map<number, string>();
  const accounts = fakeAccounts(users, passwords);
  const hub: FakeHub = {
    users,
    rows,
    models,
    commits,
    addUser(name, { password = 'correct horse', ...rest } = {}) {
      const user: User = {
        id: users.length + 1,
        name,
        fullName: '',
        email: '',
        isAdmin: false,
        disabled: false,
        createdAtMs: Date.UTC(2026, 0, 5),
        ...rest,
      };
      users.push(user);
      passwords.set(user.id, password);
      return user;
    },
    addModel(model) {
      const ref = refOf(model);
      rows.push(rowOf(rows.length + 1, ref, model.private ?? false));
      models.push(modelRow(ref, model));
    },
    services: {
      options,
      log: createLog('silent'),
      data: dataFolder(tmpdir()),
      accounts,
      catalog: fakeCatalog(rows),
      deviceLogins: createDeviceLogins(Date.now),
      profiles: fakeProfiles(users),
      registration: { isOpen: () => options.registration === 'open', set() {} },
      reports: { add() {}, list: () => ({ rows: [], total: 0 }), close() {} },
      accessRequests: {
        of: () => null,
        isAccepted: () => false,
        modelsOf: () => [],
        ask() {},
        cancel() {},
        decide() {},
        grant() {},
        list: () => ({ rows: [], total: 0 }),
      },
      collections: fakeCollections,
      webhooks: fakeWebhooks,
      announce() {},
      wakeWebhooks() {},
      indexFailures: { of: () => null, add() {}, forget() {} },
      events: { pushes: () => [], failures: () => [], waiting: () => [], decided: () => [] },
      adminTables: fakeTables(users),
      repositories: fakeRepositories(),
      index: {
        list: async (query: ModelQuery) => list(models, query),
        get: (ref: RepoRef) => models.find((row) => repoKey(row) === repoKey(ref)) ?? null,
        overview: fakeOverview(models),
        setReady: () => {},
        // Repositories have no files here.
        cached: (key: string) => (key.startsWith('mask-token ') ? '[MASK]' : null),
        cache: () => {},
      } as unknown as Services['index'],
      indexer: {
        ready: () => true,
        pending: () => false,
        submit: async (repo: RepoRef) => {
          models.push(modelRow(repo, { id: repoId(repo) }));
          return { repo, commit: null, record: null, previous: null, changed: true };
        },
      } as unknown as Services['indexer'],
      graphChecks: { prepare() {} },
      runProblems: { of: () => [], add() {}, forget() {} },
      inference: {
        stats: () => ({
          ready: true,
          runnerPid: 4711,
          loadedBytes: 0,
          budgetBytes: 0,
          residentBytes: 0,
          threads: 0,
          evictions: 0,
          models: [],
          waiting: 0,
          running: 0,
          restarts: 0,
        }),
        pin: () => {},
        quarantineReason: () => null,
        hasQuarantined: () => false,
      } as unknown as Services['inference'],
      can: (viewer, action, repo) => can(viewer, action, repo),
      discussions: {
        find: () => null,
        list: () => ({ rows: [], total: 0 }),
        count: () => 0,
        hasOpenPullRequest: () => false,
        latestFor: () => [],
      } as unknown as Services['discussions'],
      cards: { render: async (_, markdown, options) => ({ card: renderCard(markdown, options), isWhole: true }) },
      int8: {
        graphOf: () => null,
        stateOf: () => null,
        noticed() {},
        failed() {},
        forgetFailure() {},
        close: async () => {},
      },
      commits: {
        commit: async (_, { id, ref }, { title, changes }) => {
          const files = changes.flatMap((change) =>
            change.kind === 'put' && Buffer.isBuffer(change.content)
              ? [{ path: change.path, content: change.content }]
              : [],
          );
          commits.push({ repo: ref, message: title, files });
          hub.services.catalog.activate(id);
          models.push(modelRow(ref, { id: repoId(ref) }));
          return { state: 'made', oid: 'a'.repeat(40), findings: [] };
        },
        moveRef: async () => [],
        startAnew: async () => ({ state: 'made', oid: 'a'.repeat(40), findings: [] }),
        tag: async () => [],
        rewriteWithout: async () => [],
        openRef: async () => [],
        merge: async () => ({ state: 'unchanged', oid: 'a'.repeat(40) }),
      },
      uploads: {
        receive: async () => ({ oid: '', sizeBytes: 0 }),
        receiveNamed: async () => {},
        holds: async () => false,
        content: async () => Buffer.alloc(0),
      },
      xet: {
        open: async () => ({ path: '', token: '', expires: 0 }),
        admit: () => {
          throw new HubError('XET_TOKEN_INVALID');
        },
        holds: async () => false,
        receiveXorb: async () => false,
        receiveShard: async () => [],
        build: async () => {},
        collect: async () => 0,
      },
      answers: new AnswerCache(0),
      forgetSnapshots: async () => {},
      callLimits: { of: () => null, list: () => [], set: () => {}, remove: () => false },
      limitCalls: (_request, _response, next) => next(),
      snapshotKey: async () => 'none',
      files: null,
      pins: fakePins(rows),
      snapshot: () => Promise.reject(new HubError('INFERENCE_UNAVAILABLE', { reason: 'a fake hub runs nothing' })),
    },
  };
  return hub;
}

function fakeOptions(): Options {
  return loadOptions({ environment: {}, flags: {}, workingFolder: tmpdir() });
}

function can(viewer: Viewer, action: string, repo: Pick<RepoRow, 'ref' | 'private' | 'state'>): boolean {
  const owns =
    viewer.kind === 'user' &&
    (viewer.user.isAdmin ||
      viewer.user.name === repo.ref.owner ||
      viewer.organizations.has(repo.ref.owner.toLowerCase()));
  if (action === 'read' || action === 'infer') return !repo.private || owns;
  return owns && viewer.kind === 'user' && viewer.credential !== 'read';
}

function fakeAccounts(users: User[], passwords: Map<number, string>): Accounts {
  const tokens: (Token & { secret: string })[] = [];
  const sessions = new Map<string, number>();
  const invitations = new Set<string>();
  const failures = new Map<string, number>();
  const viewerOfUser = (user: User, credential: 'session' | 'password'): Viewer => ({
    kind: 'user',
    user,
    credential,
    organizations: new Map(),
  });
  const byId = (id: number): User | null => users.find((user) => user.id === id) ?? null;
  const byName = (name: string): User | null =>
    users.find((user) => user.name.toLowerCase() === name.toLowerCase()) ?? null;
  let serial = 0;
  const unique = (prefix: string): string =>
    `${prefix}${createHash('sha256').update(`${prefix}${++serial}`).digest('hex').slice(0, 34)}`;
  return {
    userByName: byName,
    userById: byId,
    userByEmail: (email) => users.find((user) => email && user.email.toLowerCase() === email.toLowerCase()) ?? null,
    setEmail(userId, email) {
      const at = users.findIndex((user) => user.id === userId);
      users[at] = { ...users[at]!, email };
    },
    removeUser(userId) {
      users.splice(
        users.findIndex((user) => user.id === userId),
        1,
      );
    },
    listUsers: () => users,
    async addUser({ name, password, email = '', fullName = '', isAdmin = false, invitation = null }) {
      if (byName(name)) throw new HubError('NAME_TAKEN', { name });
      if (invitation !== null && !invitations.delete(invitation))
        throw new HubError('FORBIDDEN', { reason: 'This invitation was used' });
      const user: User = {
        id: users.length + 1,
        name,
        fullName,
        email,
        isAdmin,
        disabled: false,
        createdAtMs: Date.now(),
      };
      users.push(user);
      passwords.set(user.id, password);
      return user;
    },
    async setPassword(userId, password) {
      passwords.set(userId, password);
    },
    setDisabled(userId, disabled) {
      const at = users.findIndex((user) => user.id === userId);
      users[at] = { ...users[at]!, disabled };
    },
    async verifyPassword(name, password, address) {
      const key = `${name} ${address}`;
      if ((failures.get(key) ?? 0) >= 5) throw new HubError('RATE_LIMITED', { what: 'attempts', seconds: 30 });
      const user = byName(name);
      if (user && !user.disabled && passwords.get(user.id) === password) return user;
      failures.set(key, (failures.get(key) ?? 0) + 1);
      return null;
    },
    addToken(userId, { label, role, preset }) {
      const token = preset ?? unique('hf_');
      const row = {
        id: tokens.length + 1,
        userId,
        label,
        role,
        scopes: null,
        prefix: token.slice(3, 9),
        createdAtMs: Date.now(),
        lastUsedAtMs: null,
      };
      tokens.push({ ...row, secret: token });
      return { token, row };
    },
    listTokens: (userId) => tokens.filter((token) => token.userId === userId),
    revokeToken(id) {
      const at = tokens.findIndex((token) => token.id === id);
      if (at >= 0) tokens.splice(at, 1);
      return at >= 0;
    },
    viewerOfToken(secret) {
      const token = tokens.find((row) => row.secret === secret);
      const user = token && byId(token.userId);
      return user ? { kind: 'user', user, credential: token.role, organizations: new Map() } : null;
    },
    viewerOfUser,
    viewerBehind({ userId }) {
      const user = byId(userId);
      return user && !user.disabled ? viewerOfUser(user, 'password') : null;
    },
    openSession(userId) {
      const cookie = unique('session');
      sessions.set(cookie, userId);
      return cookie;
    },
    viewerOfSession(cookie) {
      const user = byId(sessions.get(cookie) ?? 0);
      return user && !user.disabled ? viewerOfUser(user, 'session') : null;
    },
    closeSession(cookie) {
      sessions.delete(cookie);
    },
    csrfToken: (binding) => createHash('sha256').update(`csrf ${binding}`).digest('hex'),
    verifyCsrfToken: (binding, token) => token === createHash('sha256').update(`csrf ${binding}`).digest('hex'),
    addInvitation() {
      const code = unique('inv');
      invitations.add(code);
      return code;
    },
    invitationIsValid: (code) => invitations.has(code),
    organization: () => null,
    addOrganization() {},
    ownerName: (name) => users.find((user) => user.name.toLowerCase() === name.toLowerCase())?.name ?? null,
    findOwners: (text, limit) =>
      users
        .filter(({ name }) => name.includes(text))
        .slice(0, limit)
        .map(({ name, fullName }) => ({ name, fullname: fullName, type: 'user' })),
    setMember() {},
    membershipsOf: () => [],
    removeOrganization() {},
    membersOf: () => [],
    namespacesOf: (viewer) => (viewer.kind === 'user' ? [viewer.user.name] : []),
  };
}

function fakeCatalog(rows: RepoRow[]): Catalog {
  const change = (id: number, fields: Partial<RepoRow>): void => {
    const at = rows.findIndex((row) => row.id === id);
    rows[at] = { ...rows[at]!, ...fields };
  };
  const catalog: Partial<Catalog> = {
    find: (kind, owner, name) => rows.find((row) => repoKey(row.ref) === repoKey({ kind, owner, name })) ?? null,
    byId: (id) => rows.find((row) => row.id === id) ?? null,
    all: () => rows,
    ownedBy: (owner) => rows.filter(({ ref }) => ref.owner === owner),
    create(ref, { private: isPrivate, state, createdBy }) {
      const row = { ...rowOf(rows.length + 1, ref, isPrivate), state, createdBy };
      rows.push(row);
      return row;
    },
    activate: (id) => change(id, { state: 'active' }),
    renewPending() {},
    setPrivate: (id, isPrivate) => change(id, { private: isPrivate }),
    movedTo: () => null,
    aliasTarget: (kind, name) => (name === 't5-base' ? (rows.find((row) => row.ref.kind === kind) ?? null) : null),
    lfsGrants: () => [],
  };
  return catalog as Catalog;
}

function fakeRepositories(): Services['repositories'] {
  const made = new Set<string>();
  return {
    exists: (repo: RepoRef) => made.has(repoKey(repo)),
    create: async (repo: RepoRef) => void made.add(repoKey(repo)),
    open: () => ({ refs: async () => [] }),
  } as unknown as Services['repositories'];
}

function refOf({ id, kind = 'model' }: FakeModel): RepoRef {
  const [owner, name] = id.split('/') as [string, string];
  return { kind, owner, name };
}

function rowOf(id: number, ref: RepoRef, isPrivate: boolean): RepoRow {
  return {
    id,
    ref,
    private: isPrivate,
    state: 'active',
    createdAtMs: 0,
    createdBy: null,
    inferenceOff: false,
    graph: null,
    int8: null,
    likes: 0,
    gated: null,
    disabled: null,
  };
}

const facetOfPrefix: Readonly<Record<string, Tag['facet']>> = {
  dataset: 'dataset',
  license: 'license',
  arxiv: 'arxiv',
  base_model: 'base_model',
  metric: 'metric',
};

/** Tags of a fake: `fr` and other two-letter ones are languages, prefixes say the rest, `*` marks libraries. */
function tagOf(text: string): Tag {
  const name = text.replace(/^\*/, '');
  const prefix = name.includes(':') ? name.split(':')[0]! : '';
  const facet = text.startsWith('*')
    ? 'library'
    : (facetOfPrefix[prefix] ?? (/^[a-z]{2}$/.test(name) ? 'language' : 'other'));
  return { name, facet, evidence: [] };
}

function modelRow(ref: RepoRef, model: FakeModel): ModelRow {
  const atMs = Date.now() - (model.ageMs ?? 3_600_000);
  const tags: Tag[] = [
    ...(model.task ? [{ name: model.task, facet: 'task', evidence: [] } as const] : []),
    ...(model.tags ?? []).map(tagOf),
  ];
  return {
    ...ref,
    id: repoId(ref),
    private: model.private ?? false,
    head: 'b'.repeat(40),
    createdAtMs: atMs,
    modifiedAtMs: atMs,
    downloads: model.downloads ?? 0,
    downloadsAllTime: model.downloads ?? 0,
    speed: 0,
    likes: model.likes ?? 0,
    trending: 0,
    gated: false,
    ready: model.runnable ?? false,
    record: {
      tags,
      pipelineTag: model.task ?? null,
      license: tags.find((tag) => tag.facet === 'license')?.name.slice('license:'.length) ?? null,
      parameters: model.parameters ? { total: model.parameters, byDtype: {}, format: 'safetensors' } : null,
      summary: model.summary ?? null,
      inference: true,
      hasTokenizer: true,
      usedStorageBytes: 0,
      graphs: model.runnable ? [{ path: 'model.onnx', label: 'fp32', exact: true }] : [],
    } as unknown as NonNullable<ModelRow['record']>,
  };
}

function list(models: readonly ModelRow[], query: ModelQuery): ModelPage {
  const found = models
    .filter((row) => row.kind === query.kind && matches(row, query))
    .sort((a, b) =>
      query.sort === 'modified' || query.sort === 'created'
        ? b.modifiedAtMs - a.modifiedAtMs
        : query.sort === 'likes'
          ? b.likes - a.likes
          : b.downloads - a.downloads,
    );
  const start = (query.page ?? 0) * query.limit;
  return {
    rows: found.slice(start, start + query.limit),
    total: found.length,
    facets: query.withFacets ? facets(found) : {},
    nextCursor: null,
  };
}

function matches(row: ModelRow, query: ModelQuery): boolean {
  const names = new Set(row.record?.tags.map((tag) => tag.name));
  const scope = query.scope;
  return (
    (!row.private || scope === 'all' || scope.owners.includes(row.owner)) &&
    (!query.author || row.owner === query.author) &&
    (query.search ?? '')
      .toLowerCase()
      .split(' ')
      .every((word) => row.id.toLowerCase().includes(word)) &&
    (!query.ready || row.ready) &&
    query.tags.every((tag) => names.has(tag)) &&
    (query.tasks.length === 0 || query.tasks.includes(row.record?.pipelineTag ?? '')) &&
    (query.licenses.length === 0 || query.licenses.includes(row.record?.license ?? ''))
  );
}

function facets(rows: readonly ModelRow[]): ModelPage['facets'] {
  const counts: Record<string, Map<string, number>> = {};
  for (const tag of rows.flatMap((row) => row.record?.tags ?? [])) {
    const facet = ['task', 'library', 'dataset', 'language', 'license', 'metric'].includes(tag.facet)
      ? tag.facet
      : 'other';
    counts[facet] ??= new Map();
    counts[facet].set(tag.name, (counts[facet].get(tag.name) ?? 0) + 1);
  }
  counts.inference = new Map([['warm', rows.filter(({ ready }) => ready).length]]);
  return Object.fromEntries(
    Object.entries(counts).map(([facet, map]) => [
      facet,
      [...map].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count),
    ]),
  );
}

function fakeProfiles(users: readonly User[]): Services['profiles'] {
  return {
    of: (name) => ({ fullName: users.find((user) => user.name === name)?.fullName ?? '', bio: '' }),
    set() {},
    avatarVersion: () => null,
    avatar: () => null,
    setAvatar() {},
  };
}

/** Counts of public repositories; nothing has results. */
function fakeOverview(models: readonly ModelRow[]): Overview {
  const open = () => models.filter((row) => !row.private);
  const tagsOf = ({ record }: ModelRow) => record?.tags ?? [];
  return {
    countValues: (facet) => {
      const names = new Set(
        open()
          .flatMap((row) => tagsOf(row).filter((tag) => tag.facet === facet))
          .map((tag) => tag.name),
      );
      const count = (kind: string, name: string) =>
        open().filter((row) => row.kind === kind && tagsOf(row).some((tag) => tag.name === name)).length;
      return [...names].map((value) => ({ value, models: count('model', value), datasets: count('dataset', value) }));
    },
    countTags: (kind, names) =>
      new Map(
        names.map((name) => [
          name,
          open().filter((row) => row.kind === kind && tagsOf(row).some((tag) => tag.name === name)).length,
        ]),
      ),
    results: () => [],
    missingDatasets: () => ({ rows: [{ value: 'imdb', count: 2 }], total: 1 }),
  };
}

function fakeTables(users: readonly User[]): Services['adminTables'] {
  const none = () => ({ rows: [], total: 0 });
  return {
    users: () => ({
      rows: users.map((user) => ({ ...user, disabledReason: '', repositories: 0 })),
      total: users.length,
    }),
    repositories: none,
    quarantines: none,
    indexFailures: none,
    lfsBytes: () => 0,
    repositoryCount: () => 0,
  };
}

function fakePins(rows: readonly RepoRow[]): Services['pins'] {
  const pinned = new Set<number>();
  return {
    all: () => rows.filter(({ id }) => pinned.has(id)).map(({ ref }) => repoId(ref)),
    set: (id, isPinned) => void (isPinned ? pinned.add(id) : pinned.delete(id)),
  };
}

/** Nobody has any. */
const fakeCollections: Services['collections'] = {
  byId: () => null,
  byTitle: () => null,
  ofOwner: () => [],
  list: () => [],
  create() {
    throw new Error('not here');
  },
  change() {},
  remove() {},
  items: () => [],
  add() {
    throw new Error('not here');
  },
  changeItem() {},
  removeItem() {},
};

const fakeWebhooks: Services['webhooks'] = {
  ofUser: () => [],
  byId: () => null,
  watching: () => [],
  create() {
    throw new Error('not here');
  },
  change() {},
  setDisabled() {},
  remove() {},
  queue: () => false,
  due: () => [],
  nextDueMs: () => null,
  arrived() {},
  failed: () => false,
  last: () => [],
};
