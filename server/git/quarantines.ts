import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { quarantineName } from '../maintenance/sweepLeftovers.js';

/**
 * What a killed git leaves of a push may be gigabytes. Which folder was whose git does not say, so they are removed when the last
 * push to that repository has ended.
 */
export class Quarantines {
  readonly #underWay = new Map<string, { count: number; wasKilled: boolean }>();

  enter(repositoryFolder: string): void {
    const pushes = this.#underWay.get(repositoryFolder) ?? { count: 0, wasKilled: false };
    pushes.count += 1;
    this.#underWay.set(repositoryFolder, pushes);
  }

  async leave(repositoryFolder: string, wasKilled: boolean): Promise<void> {
    const pushes = this.#underWay.get(repositoryFolder);
    if (!pushes) return;
    pushes.count -= 1;
    pushes.wasKilled ||= wasKilled;
    if (pushes.count > 0) return;
    this.#underWay.delete(repositoryFolder);
    if (!pushes.wasKilled) return;
    // Listed before anybody else has a turn: the next push makes a folder of its own.
    for (const folder of quarantinesIn(path.join(repositoryFolder, 'objects')))
      await rm(folder, { recursive: true, force: true });
  }
}

function quarantinesIn(objects: string): readonly string[] {
  try {
    return readdirSync(objects)
      .filter((name) => quarantineName.test(name))
      .map((name) => path.join(objects, name));
  } catch {
    return []; // removed meanwhile
  }
}
