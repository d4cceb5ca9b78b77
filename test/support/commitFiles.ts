import { git } from '../../indexer/repository/gitCommand.js';

export interface CommitFiles {
  readonly branch: string;
  readonly parent: string | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string;
  /** null = removed. */
  readonly files: readonly { readonly path: string; readonly content: Buffer | null }[];
}

/** Commits onto a branch of a bare repository, past the hub: its hooks and its index know nothing of it. @returns the commit */
export async function commitFiles(folder: string, commit: CommitFiles): Promise<string> {
  await git(folder, ['fast-import', '--quiet', '--date-format=now'], { input: fastImport(commit) });
  return (await git(folder, ['rev-parse', `refs/heads/${commit.branch}`])).toString('utf8').trim();
}

function fastImport({ branch, parent, author, message, files }: CommitFiles): Buffer {
  const person = `${clean(author.name) || 'unknown'} <${clean(author.email)}> now`;
  const text = Buffer.from(message);
  const parts: (string | Buffer)[] = [
    `commit refs/heads/${branch}\nauthor ${person}\ncommitter ${person}\ndata ${text.length}\n`,
    text,
    '\n',
  ];
  if (parent) parts.push(`from ${parent}\n`);
  for (const { path: file, content } of files) {
    if (content) parts.push(`M 100644 inline ${quote(file)}\ndata ${content.length}\n`, content, '\n');
    else parts.push(`D ${quote(file)}\n`);
  }
  parts.push('\n');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, '').trim();
}

function quote(file: string): string {
  return `"${file.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}
