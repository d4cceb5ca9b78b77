/** First bytes of files that are no text, and what people call those; `at` where they do not stand at the beginning. */
const signatures: readonly { readonly bytes: string; readonly at?: number; readonly type: string }[] = [
  { bytes: '%PDF-', type: 'PDF document' },
  { bytes: 'PK\u0003\u0004', type: 'ZIP archive' },
  { bytes: '\u001f\u008b', type: 'gzip archive' },
  { bytes: 'BZh', type: 'bzip2 archive' },
  { bytes: '\u00fd7zXZ\u0000', type: 'xz archive' },
  { bytes: '\u0028\u00b5\u002f\u00fd', type: 'Zstandard archive' },
  { bytes: '7z\u00bc\u00af\u0027\u001c', type: '7-Zip archive' },
  { bytes: 'ustar', at: 257, type: 'tar archive' },
  { bytes: 'PAR1', type: 'Parquet table' },
  { bytes: 'ARROW1', type: 'Arrow table' },
  { bytes: 'SQLite format 3\u0000', type: 'SQLite database' },
  { bytes: '\u007fELF', type: 'ELF program' },
  { bytes: 'MZ', type: 'Windows program' },
  { bytes: '\u0000asm', type: 'WebAssembly module' },
];

/** As many bytes as are looked at. */
export const signatureBytes = 512;

/** What the first bytes of a file say it is. */
export function binaryType(head: Buffer): string {
  const text = head.toString('latin1');
  return signatures.find(({ bytes, at = 0 }) => text.startsWith(bytes, at))?.type ?? 'unknown binary';
}
