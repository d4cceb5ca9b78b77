/*
 * Pages that no link leads to, for the tests and the pictures that want every one: answers to what somebody typed, forms opened on
 * the way elsewhere, errors, and what a hub shows that holds nothing.
 */

/** By the row of the route table that answers. */
export const besides: Readonly<Record<string, readonly string[]>> = {
  '/models': ['/models?search=nothing-has-this-name', '/models?p=999'],
  '/login': ['/login?next=%2Fnew'],
  '/logout': ['/logout'],
};

export const errorPages: readonly string[] = [
  '/nothing',
  '/admin/nothing',
  '/admin/rich/blob/main/nothing',
  '/admin/rich/tree/nothing',
  '/admin/rich/blob/main/src/train.py?page=999',
];

/** To be asked on a hub that nothing was pushed to. */
export const pagesOfEmptyHub: readonly string[] = [
  '/',
  '/models',
  '/datasets',
  '/metrics',
  '/tasks',
  '/languages',
  '/licenses',
  '/login',
  '/join',
];
