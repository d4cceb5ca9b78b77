import { Tag } from '../../components/tag.js';
import type { IconName } from '../../icons.js';

export interface TagChip {
  readonly text: string;
  readonly href: string;
  /** Licences are shown however many tags there are. */
  readonly isLicense: boolean;
  readonly icon?: IconName;
  readonly category?: number;
}

const tagsShown = 16;

/** Tags of a repository, each with the list of what carries it too. */
export function TagRow({ tags }: { readonly tags: readonly TagChip[] }) {
  if (tags.length === 0) return null;
  const licenses = tags.filter(({ isLicense }) => isLicense).slice(0, 2);
  const others = tags.filter((tag) => !licenses.includes(tag));
  const room = tags.length <= tagsShown ? others.length : tagsShown - licenses.length;
  const rest = others.slice(room);
  return (
    <ul class="tag-row" aria-label="Tags">
      {others.slice(0, room).map(chip)}
      {licenses.map(chip)}
      {rest.length > 0 && (
        <li class="tag-rest">
          <details>
            <summary>+{rest.length} more</summary>
            <ul class="tag-row" aria-label="More tags">
              {rest.map(chip)}
            </ul>
          </details>
        </li>
      )}
    </ul>
  );
}

function chip({ text, href, icon, category }: TagChip) {
  return (
    <li key={href}>
      <Tag href={href} icon={icon} category={category}>
        {text}
      </Tag>
    </li>
  );
}
