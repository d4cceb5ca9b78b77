import type { Commit } from './types.js';

/** Fields of `git log -z --format`; no message holds a NUL. */
export const logFormat = '%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B';
const fieldCount = 9;

/** Reads the output of `git log -z --format=<logFormat>`. */
export function parseLog(output: string): readonly Commit[] {
  const fields = output.split('\0');
  const count = Math.floor(fields.length / fieldCount);
  return Array.from({ length: count }, (_, index) =>
    commitOf(fields.slice(index * fieldCount, (index + 1) * fieldCount)),
  );
}

function commitOf(fields: readonly string[]): Commit {
  const [oid = '', parents = '', name = '', email = '', authored = '', ...others] = fields;
  const [committer = '', committerEmail = '', committed = '', message = ''] = others;
  const [title = '', ...rest] = message.split('\n');
  return {
    oid,
    parents: parents ? parents.split(' ') : [],
    author: { name, email },
    committer: { name: committer, email: committerEmail },
    authoredAtMs: dateMs(authored),
    committedAtMs: dateMs(committed),
    title: title.trim(),
    body: rest.join('\n').trim(),
  };
}

/** The last day that JavaScript can name; git takes later ones too. */
const lastMs = 8_640_000_000_000_000;

function dateMs(seconds: string): number {
  return Math.max(-lastMs, Math.min(lastMs, (Number(seconds) || 0) * 1000));
}

/** Reads a raw commit object (gitformat "commit"). */
export function parseCommitObject(oid: string, content: Buffer): Commit {
  const text = content.toString('utf8');
  const split = text.indexOf('\n\n');
  const header = split < 0 ? text : text.slice(0, split);
  const message = split < 0 ? '' : text.slice(split + 2);
  const person = (role: string): { name: string; email: string; atMs: number } => {
    const match = new RegExp(`^${role} (.*?) ?<(.*?)> (-?\\d+) [-+]\\d+$`, 'm').exec(header);
    return { name: match?.[1] ?? '', email: match?.[2] ?? '', atMs: dateMs(match?.[3] ?? '0') };
  };
  const author = person('author');
  const committer = person('committer');
  const [title = '', ...rest] = message.split('\n');
  return {
    oid,
    parents: [...header.matchAll(/^parent ([0-9a-f]{40})$/gm)].map((match) => match[1]!),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
    authoredAtMs: author.atMs,
    committedAtMs: committer.atMs,
    title: title.trim(),
    body: rest.join('\n').trim(),
  };
}
