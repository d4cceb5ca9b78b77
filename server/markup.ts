/**
 * What turns Markdown and code into HTML. It is a third of all that the hub loads and only pages need it, so nothing else
 * imports it: it is loaded after the hub listens, or at the first use before that.
 */
export const markup = {
  card: () => import('../views/card/renderCard.js'),
  code: () => import('../views/code/highlight.js'),
  doc: () => import('../views/docs/renderDoc.js'),
} as const;

/** Loads all of it, so that no page waits. */
export async function loadMarkup(): Promise<void> {
  for (const load of Object.values(markup)) await load();
}
