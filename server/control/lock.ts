import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { HubError } from '../../config/errors.js';

/** Takes the data folder for this process. A lock whose process is gone is taken over. @throws HubError DATA_FOLDER_LOCKED */
export function lockDataFolder(file: string, folder: string): () => void {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(readFileSync(file, 'utf8').trim());
    if (pid !== process.pid && isAlive(pid)) throw new HubError('DATA_FOLDER_LOCKED', { folder, pid });
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
