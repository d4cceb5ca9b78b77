import { repoPath } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import { cardOf } from '../cards/cardOf.js';
import type { Services } from '../services.js';

const pictures = /\.(png|jpe?g|gif|webp|avif|svg)$/i;

type Needs = Pick<Services, 'repositories' | 'index' | 'cards' | 'options'>;

/** Whether the card, which everybody may read, shows this file of the same commit as a picture: then it is part of the card. */
export async function isPictureOfCard(
  services: Needs,
  { ref }: Pick<RepoRow, 'ref'>,
  { commit, path }: { readonly commit: string; readonly path: string },
): Promise<boolean> {
  const record = pictures.test(path) ? services.index.get(ref)?.record : null;
  if (!record || record.commit !== commit) return false;
  const branch = await services.repositories.open(ref).defaultBranch();
  const card = await cardOf(services, ref, record, branch);
  const base = `${repoPath(ref)}/resolve/${encodeURIComponent(branch)}/`;
  return card !== null && picturesOf(card.html, base).has(path);
}

/** Paths below `base` that HTML of the card renderer names in `<img src>`. */
function picturesOf(html: string, base: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, source = ''] of html.matchAll(/<img\b[^>]*?\ssrc="([^"]*)"/g)) {
    if (!source.startsWith(base)) continue;
    const address = source
      .replaceAll('&#x26;', '&')
      .replaceAll('&#x22;', '"')
      .replace(/[?#].*$/s, '');
    try {
      found.add(decodeURIComponent(address.slice(base.length)));
    } catch {
      // An address with broken escapes names nothing.
    }
  }
  return found;
}
