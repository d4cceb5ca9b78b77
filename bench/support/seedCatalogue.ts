import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { dataFolder } from '../../config/dataFolder.js';
import { projectRoot } from '../../config/projectRoot.js';
import { type RepoRef, repoId } from '../../config/repo.js';
import { tasks } from '../../config/tasks.js';
import { twoLetterCodes } from '../../config/vocabulary/languages.js';
import { parseCard } from '../../indexer/card/frontMatter.js';
import type { WeightHeader } from '../../indexer/formats/types.js';
import type { TreeEntry } from '../../indexer/repository/types.js';
import { openIndexStore } from '../../indexer/store/openIndexStore.js';
import { deriveRecord } from '../../indexer/tags/derive.js';
import { createAccounts } from '../../server/accounts/createAccounts.js';
import { createCatalog } from '../../server/accounts/createCatalog.js';
import { sessionCookie } from '../../server/authenticate.js';
import { openHubDatabase } from '../../server/database/openHubDatabase.js';
import { repoFacts } from '../../server/maintenance/repoFacts.js';
import { readSecret } from '../../server/secret.js';

export interface Seeded {
  readonly models: readonly string[];
  readonly datasets: readonly string[];
  /** The cookie of an administrator. */
  readonly session: string;
}

const owners = 400;
const libraries = ['transformers', 'sentence-transformers', 'spacy', 'timm', 'flair', 'keras', 'diffusers'];
const licences = ['mit', 'apache-2.0', 'cc-by-4.0', 'cc-by-sa-4.0', 'gpl-3.0', 'bsd-3-clause', 'openrail'];
const types = ['bert', 'roberta', 'distilbert', 'gpt2', 't5', 'vit', 'wav2vec2', 'qwen2', 'llama', 'whisper'];
const metrics = ['accuracy', 'f1', 'wer', 'bleu', 'rouge', 'perplexity', 'mse'];
const dayMs = 86_400_000;

/** Of each kind, where no other number is given: the only ones that have their objects, and so a page. */
export const wholeRepositories = 100;

/**
 * Fills the data folder of a hub that is not running with models and datasets that differ, each a row in hub.sqlite, a record
 * in the index and a bare repository with one commit: what pushes would leave there, by the same writers, at a hundredth of
 * their time. Most repositories have their branch and no objects, since lists read none. Also as many users.
 * @param cardBytes how long cards are, at least
 * @param whole how many of each kind have their objects
 */
export async function seedCatalogue(
  folder: string,
  {
    models,
    datasets,
    users,
    cardBytes = 10_000,
    whole = wholeRepositories,
  }: { models: number; datasets: number; users: number; cardBytes?: number; whole?: number },
): Promise<Seeded> {
  const data = dataFolder(folder);
  const db = openHubDatabase(data);
  const accounts = createAccounts({ db, secret: readSecret(data.secretFile), now: Date.now });
  const catalog = createCatalog({ db, now: Date.now });
  // Records that other code looked at would be looked at again.
  const builtCode = readFileSync(path.join(projectRoot, 'dist', 'inference', 'code-version'), 'utf8');
  const index = openIndexStore(data.indexDatabase, data.migrationBackups);
  const someone = await accounts.addUser({ name: 'u0', password: 'correct horse battery' });
  // Each password takes 50 ms to hash: the others have the same one, which only a row can say.
  const copyUser = db.prepare(
    'INSERT INTO users (name, full_name, email, password, is_admin, created_at) SELECT ?, full_name, ?, password, 0, created_at FROM users WHERE id = ?',
  );
  const refs: RepoRef[] = [];
  const seed = db.transaction(() => {
    for (let number = 1; number < users; number++) copyUser.run(`u${number}`, `u${number}@example.org`, someone.id);
    for (let number = 0; number < models; number++) refs.push(addRepository('model', number));
    for (let number = 0; number < datasets; number++) refs.push(addRepository('dataset', number));
  });

  function addRepository(kind: RepoRef['kind'], number: number): RepoRef {
    const random = randomOf(`${kind} ${number}`);
    const ref: RepoRef = { kind, owner: `u${Math.floor(random() ** 2 * owners)}`, name: nameOf(number, random) };
    const row = catalog.create(ref, { private: number % 50 === 7, state: 'active', createdBy: someone.id });
    for (let day = 0; day < 3; day++)
      for (let count = random() ** 6 * 20; count > 0; count--) catalog.countDownload(row.id, Date.now() - day * dayMs);
    if (random() < 0.1) catalog.like(row.id, someone.id, true);
    return ref;
  }

  seed();
  catalog.close();
  for (const [number, ref] of refs.entries()) {
    const random = randomOf(repoId(ref));
    const isWhole = number < whole || (number >= models && number < models + whole);
    const files = filesOf(ref, random, cardBytes);
    const { commit, entries } = writeRepository(data.repository(ref), files, isWhole);
    const cardText = files['README.md']!;
    const record = deriveRecord({
      repo: ref,
      commit,
      files: entries,
      card: parseCard(cardText),
      json: files['config.json'] ? { 'config.json': JSON.parse(files['config.json']) } : {},
      taskKeys: [],
      headers: ref.kind === 'model' ? { 'model.safetensors': headerOf(random) } : {},
      problems: [],
    });
    index.put(ref, {
      facts: repoFacts(catalog, ref, Date.now())!,
      head: commit,
      modifiedAtMs: Date.now() - Math.floor(random() * 900 * dayMs),
      record: { ...record, check: { by: builtCode, problems: [] } },
      cardText,
      paths: entries.map((entry) => entry.path),
    });
  }
  const session = `${sessionCookie}=${accounts.openSession(accounts.userByName('admin')!.id)}`;
  index.close();
  db.close();
  const idsOf = (kind: RepoRef['kind']) => refs.filter((ref) => ref.kind === kind).map(repoId);
  return { models: idsOf('model'), datasets: idsOf('dataset'), session };
}

/**
 * Makes each model many: rows of both databases under other names, whose folders lead to that of the first. So a hundred thousand
 * models are there within a minute or two.
 */
export function multiplyModels(folder: string, copies: number): void {
  const data = dataFolder(folder);
  const db = openHubDatabase(data);
  db.prepare('ATTACH DATABASE ? AS listed').run(data.indexDatabase);
  const models = db.prepare("SELECT owner, name FROM repos WHERE kind = 'model'").all() as RepoRef[];
  const lastOf = (schema: string) => db.prepare(`SELECT max(id) FROM ${schema}.repos`).pluck().get() as number;
  const [last, lastListed] = [lastOf('main'), lastOf('listed')];
  const copyRows = (schema: string, last: number, copy: number): void => {
    const all = db.pragma(`${schema}.table_info(repos)`) as { name: string }[];
    const columns = all.map(({ name }) => name).filter((name) => name !== 'id');
    const values = columns.map((name) => (name === 'name' ? `name || '-${copy}'` : name));
    db.exec(
      `INSERT INTO ${schema}.repos (id, ${columns}) SELECT id + ${last * copy}, ${values} FROM ${schema}.repos
       WHERE kind = 'model' AND id <= ${last}`,
    );
  };
  for (let copy = 1; copy < copies; copy++) {
    db.transaction(() => {
      copyRows('main', last, copy);
      db.exec(`INSERT INTO downloads SELECT new.id, day, count FROM downloads JOIN repos AS new ON new.id = repo_id + ${last * copy}
        WHERE repo_id <= ${last};
        INSERT INTO likes SELECT new.id, user_id, at FROM likes JOIN repos AS new ON new.id = repo_id + ${last * copy}
        WHERE repo_id <= ${last}`);
      copyRows('listed', lastListed, copy);
      db.exec(`INSERT INTO listed.tags (repo_id, facet, name)
        SELECT new.id, facet, tags.name FROM listed.tags JOIN listed.repos AS new ON new.id = repo_id + ${lastListed * copy}
        WHERE repo_id <= ${lastListed}`);
      for (const [table, column] of [
        ['cards', 'text'],
        ['files', 'paths'],
      ])
        db.exec(`INSERT INTO listed.${table} (repo_id, ${column})
          SELECT new.id, ${column} FROM listed.${table} JOIN listed.repos AS new ON new.id = repo_id + ${lastListed * copy}
          WHERE repo_id <= ${lastListed}`);
    })();
    for (const { owner, name } of models)
      symlinkSync(`${name}.git`, data.repository({ kind: 'model', owner, name: `${name}-${copy}` }));
  }
  db.close();
}

/** The same numbers from 0 to 1 for the same word. */
function randomOf(word: string): () => number {
  let state = createHash('sha256').update(word).digest().readUInt32LE(0) % 2_147_483_646;
  return () => {
    state = ((state + 1) * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The first of a list are in use most, as on any hub. */
function oneOf<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() ** 3 * list.length)]!;
}

function nameOf(number: number, random: () => number): string {
  return `${oneOf(types, random)}-${oneOf(['tiny', 'small', 'base', 'large'], random)}-${number}`;
}

function filesOf(ref: RepoRef, random: () => number, cardBytes: number): Readonly<Record<string, string>> {
  const languages = [...new Set(Array.from({ length: 3 }, () => oneOf(twoLetterCodes(), random)))];
  const task = oneOf(Object.keys(tasks), random);
  const own = Array.from({ length: 4 }, () => `tag-${Math.floor(random() ** 3 * 3000)}`);
  const common = `license: ${oneOf(licences, random)}\nlanguage: [${languages}]\ntags: [${own}]\n`;
  if (ref.kind === 'dataset') {
    const size = oneOf(['1K<n<10K', '10K<n<100K', 'n<1K', '100K<n<1M'], random);
    const front = `---\n${common}task_categories: [${task}]\nsize_categories: ${size}\n---\n`;
    return { 'README.md': front + prose(ref, random, cardBytes), 'data/train.parquet': 'PAR1' };
  }
  const corpora = [0, 1].map(() => `corpus-${Math.floor(random() ** 3 * 800)}`);
  const front = `---\n${common}pipeline_tag: ${task}\nlibrary_name: ${oneOf(libraries, random)}\ndatasets: [${corpora}]\nmetrics: [${oneOf(metrics, random)}]
model-index:\n- name: ${ref.name}\n  results:\n  - task: {type: ${task}}\n    dataset: {name: ${corpora[0]}, type: ${corpora[0]}}\n    metrics: [{type: ${oneOf(metrics, random)}, value: ${random().toFixed(3)}}]\n---\n`;
  const type = oneOf(types, random);
  return {
    'README.md': front + prose(ref, random, cardBytes),
    'config.json': JSON.stringify({ model_type: type, architectures: ['BertForSequenceClassification'] }),
    'model.safetensors': 'version https://git-lfs.github.com/spec/v1\n',
    'tokenizer.json': '{}',
  };
}

/** Markdown with what cards have: headings, lists, tables, code, links. */
function prose(ref: RepoRef, random: () => number, cardBytes: number): string {
  const words = 'a model of words trained on texts that people wrote with care and read again before the evening'.split(
    ' ',
  );
  const sentence = () => `${Array.from({ length: 14 }, () => words[Math.floor(random() * words.length)]).join(' ')}. `;
  const paragraph = () => Array.from({ length: 5 }, sentence).join('');
  const section = (number: number) => `
## Part ${number}

${paragraph()} See [the paper](https://arxiv.org/abs/18${10 + number}.0${1000 + number}) and \`config.json\`.

- ${sentence()}
- **${sentence().trim()}** ${sentence()}

| split | rows | loss |
|---|---|---|
| train | ${number}000 | 0.${number} |
| test | ${number}00 | 0.${number + 1} |

\`\`\`python
model = load("${repoId(ref)}")
print(model("${sentence().trim()}"))
\`\`\`
`;
  let text = `# ${ref.name}\n\n${paragraph()}\n`;
  for (let number = 1; text.length < cardBytes; number++) text += section(number);
  return text;
}

function headerOf(random: () => number): WeightHeader {
  const total = Math.floor(random() ** 3 * 7_000_000_000);
  return { format: 'safetensors', parameters: { F32: total }, tensorCount: 1, tensors: [], metadata: {}, warnings: [] };
}

/** A bare repository with these files in one commit on main, as loose objects if they are wanted at all. */
function writeRepository(
  folder: string,
  files: Readonly<Record<string, string>>,
  isWhole: boolean,
): { commit: string; entries: readonly TreeEntry[] } {
  mkdirSync(path.join(folder, 'refs', 'heads'), { recursive: true });
  writeFileSync(path.join(folder, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(path.join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  const write = (type: string, content: Buffer): string => {
    const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const oid = createHash('sha1').update(object).digest('hex');
    if (!isWhole) return oid;
    const shelf = path.join(folder, 'objects', oid.slice(0, 2));
    mkdirSync(shelf, { recursive: true });
    writeFileSync(path.join(shelf, oid.slice(2)), deflateSync(object, { level: 1 }));
    return oid;
  };
  const entries = Object.entries(files).map(([file, text]): TreeEntry => {
    const content = Buffer.from(text);
    return { path: file, type: 'file', oid: write('blob', content), sizeBytes: content.length, executable: false };
  });
  const tree = writeTree(entries, write);
  const signed = 'Bench <bench@example.org> 1700000000 +0000';
  const commit = write('commit', Buffer.from(`tree ${tree}\nauthor ${signed}\ncommitter ${signed}\n\nfirst\n`));
  writeFileSync(path.join(folder, 'refs', 'heads', 'main'), `${commit}\n`);
  return { commit, entries };
}

/** At most one folder deep. */
function writeTree(
  entries: readonly Pick<TreeEntry, 'path' | 'oid'>[],
  write: (type: string, content: Buffer) => string,
): string {
  const lines = new Map<string, { mode: string; oid: string }>();
  for (const { path: file, oid } of entries) {
    const [top, ...rest] = file.split('/');
    const inside = () => entries.filter((entry) => entry.path.startsWith(`${top}/`));
    if (rest.length === 0) lines.set(file, { mode: '100644', oid });
    else
      lines.set(top!, {
        mode: '40000',
        oid: writeTree(
          inside().map((entry) => ({ path: entry.path.slice(top!.length + 1), oid: entry.oid })),
          write,
        ),
      });
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
  return write(
    'tree',
    Buffer.concat(
      sorted.map(([name, { mode, oid }]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')])),
    ),
  );
}
