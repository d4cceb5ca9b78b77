import { open } from 'node:fs/promises';

/** After a rename in the folder: it must survive a power cut before anything names the file. */
export async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}
