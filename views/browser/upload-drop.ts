export interface FoundFile {
  readonly file: File;
  /** With the folders that were dropped. */
  readonly relative: string;
}

const maxFiles = 1000;

/** Files that were dropped, those of folders too. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly FoundFile[]> {
  // Both must be read before the event ends.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files].map((file) => ({ file, relative: file.name }));
  if (entries.some((entry) => entry === null) || entries.length === 0) return plain;
  const found: FoundFile[] = [];
  for (const entry of entries) await walk(entry!, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: FoundFile[]): Promise<void> {
  if (found.length >= maxFiles) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, relative: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder comes in portions; an empty one is the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return;
    for (const below of portion) await walk(below, found);
  }
}
