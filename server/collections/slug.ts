/** What an address names a collection by: `owner/title-id`. The title is for people; the id alone finds it. */
export function slugOf({ owner, title, id }: { readonly owner: string; readonly title: string; readonly id: string }) {
  return `${owner}/${wordsOf(title) || 'collection'}-${id}`;
}

/** null when the text ends in no id. */
export function idOfSlug(slug: string): string | null {
  return /(?:^|-)([0-9a-f]{24})$/i.exec(slug)?.[1]?.toLowerCase() ?? null;
}

function wordsOf(title: string): string {
  const letters = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return letters
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
}
