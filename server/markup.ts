/**
 * What turns Markdown and code into HTML. It is a third of all that the hub loads, 25 MB, and only pages need it, so nothing
 * else imports it: a hub that starts, or serves git and the API alone, does without.
 */
export const markup = {
  card: () => import('../views/card/renderCard.js'),
  code: () => import('../views/code/highlight.js'),
  doc: () => import('../views/docs/renderDoc.js'),
  words: () => import('./pages/files/commit/markWords.js'),
} as const;

let begun = false;

/** Loads all of it in the background: whoever looks at one page will soon look at a card. */
export function prepareMarkup(): void {
  if (begun) return;
  begun = true;
  // The page that needs what could not be loaded says so.
  Promise.all(Object.values(markup).map((load) => load())).catch(() => {});
}
