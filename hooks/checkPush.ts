import { checkEveryObject, checkReadable } from './checks/everyObject.js';
import { checkNewTips } from './checks/newTips.js';
import type { PushCheck } from './checks/pushCheck.js';
import { checkRefs } from './policy/refs.js';
import { openPushedObjects } from './pushedObjects.js';
import type { Finding } from './types.js';

const isRefused = (findings: readonly Finding[]): boolean => findings.some(({ severity }) => severity === 'refusal');

/** Looks into a push before any ref moves. @returns findings; one refusal refuses the push */
export async function checkPush(check: PushCheck): Promise<readonly Finding[]> {
  const refs = checkRefs(check.changes, check.defaultBranch);
  if (isRefused(refs)) return refs;
  const objects = await openPushedObjects(check.quarantine, check.stored, check.signal);
  try {
    const unreadable = checkReadable(objects);
    if (isRefused(unreadable)) return unreadable;
    return [...refs, ...(await checkEveryObject(check, objects)), ...(await checkNewTips(check, objects))];
  } finally {
    objects.close();
  }
}
