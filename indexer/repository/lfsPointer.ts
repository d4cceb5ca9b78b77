/** A pointer is at most this long (git-lfs docs/spec.md, "The Pointer"). */
export const maxPointerBytes = 1024;

export interface LfsPointer {
  /** sha256 of the object, lower-case hex. */
  readonly oid: string;
  readonly sizeBytes: number;
}

/** Reads a Git LFS pointer file; null when the content is anything else. */
export function parseLfsPointer(content: Buffer): LfsPointer | null {
  if (content.length > maxPointerBytes) return null;
  const text = content.toString('utf8');
  if (!/^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\r?\n/.test(text)) return null;
  const oid = /^oid sha256:([0-9a-f]{64})\r?$/m.exec(text)?.[1];
  const size = /^size (\d{1,16})\r?$/m.exec(text)?.[1];
  return oid && size ? { oid, sizeBytes: Number(size) } : null;
}

export function formatLfsPointer({ oid, sizeBytes }: LfsPointer): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${sizeBytes}\n`;
}
