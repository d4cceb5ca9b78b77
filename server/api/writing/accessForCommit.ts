import { numberOfRef } from '../../discussions/types.js';
import type { Place } from '../frame/address.js';
import type { Access } from '../frame/operation.js';

/** Who may open a pull request may commit to one; that it is their own is asked when the commit is made. */
export function accessForCommit({ create_pr }: { readonly create_pr: boolean }, { rev }: Place): Access {
  return create_pr || numberOfRef(rev ?? '') !== null ? 'discuss' : 'write';
}
