import path from 'node:path';
import type { Options } from '../../config/options.js';
import { projectRoot } from '../../config/projectRoot.js';

/**
 * Settings of every git child that speaks to a client, handed over by environment (git-config(1), GIT_CONFIG_COUNT):
 * they hold for every repository and nothing in a repository's own config file is needed.
 */
export function gitSettings(options: Options): Readonly<Record<string, string>> {
  const settings: readonly (readonly [string, string])[] = [
    ['safe.directory', '*'],
    ['core.hooksPath', path.join(projectRoot, 'hooks')],
    ['gc.auto', '0'], // repacking is scheduled, never in the way of a push
    ['receive.autogc', 'false'],
    ['receive.advertisePushOptions', 'true'], // `git push -o quiet` asks for the short report
    ['receive.maxInputSize', String(options.git.maxPushBytes)],
    ['receive.denyCurrentBranch', 'ignore'],
    ['receive.denyDeleteCurrent', 'ignore'], // the push policy says it, with the remedy
    ['transfer.fsckObjects', 'true'],
    // Paths are checked by the push policy, which names the file and says what helps.
    ['receive.fsck.hasDot', 'ignore'],
    ['receive.fsck.hasDotdot', 'ignore'],
    ['receive.fsck.hasDotgit', 'ignore'],
    // Harmless faults of old tools, found in histories that people migrate.
    ['receive.fsck.zeroPaddedFilemode', 'warn'],
    ['receive.fsck.badTimezone', 'warn'],
    ['receive.fsck.missingSpaceBeforeDate', 'warn'],
    ['uploadpack.allowFilter', 'true'],
    // A partial clone fetches its missing blobs by id; everything in one repository has the same readers.
    ['uploadpack.allowAnySHA1InWant', 'true'],
  ];
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}
