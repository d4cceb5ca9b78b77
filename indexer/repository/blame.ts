import type { BlamedLine, LineSource } from './types.js';

/** Reads `git blame --porcelain` (git-blame(1), "The porcelain format"): a commit's facts stand where it comes first. */
export function parseBlame(output: string): readonly BlamedLine[] {
  const sources = new Map<string, LineSource>();
  const lines: BlamedLine[] = [];
  let oid = '';
  let facts: Record<string, string> = {};
  for (const line of output.split('\n')) {
    if (line.startsWith('\t')) {
      const source = sources.get(oid) ?? sourceOf(oid, facts);
      sources.set(oid, source);
      lines.push({ text: line.slice(1), source });
      continue;
    }
    const [, id] = /^([0-9a-f]{40}) \d+ \d+(?: \d+)?$/.exec(line) ?? [];
    if (id) [oid, facts] = [id, {}];
    else {
      const space = line.indexOf(' ');
      if (space > 0) facts[line.slice(0, space)] = line.slice(space + 1);
    }
  }
  return lines;
}

function sourceOf(oid: string, facts: Readonly<Record<string, string>>): LineSource {
  const seconds = Number(facts['committer-time']) || 0;
  return {
    oid,
    author: facts.author ?? '',
    title: facts.summary ?? '',
    atMs: Math.max(-8.64e15, Math.min(8.64e15, seconds * 1000)),
  };
}
