import type { Place } from '../frame/address.js';

/** The collection that an address of the API names. */
export function placeOf({ owner = '', slug = '' }: Place): { readonly owner: string; readonly slug: string } {
  return { owner, slug };
}
