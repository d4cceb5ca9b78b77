import { useChrome } from '../chrome.js';
import type { IconName } from '../icons.js';

/** Icons that a page shows hundreds of times: their address stands here once, and `RepeatedIcon` is short. */
export function IconsToRepeat({ names }: { readonly names: readonly IconName[] }) {
  const { assets } = useChrome();
  return (
    <svg hidden aria-hidden="true">
      {names.map((name) => (
        <symbol key={name} id={`icon:${name}`}>
          <use href={`${assets.icons}#${name}`} />
        </symbol>
      ))}
    </svg>
  );
}

export function RepeatedIcon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`#icon:${name}`} />
    </svg>
  );
}

/** A decorative icon beside text, at the text's size. Hidden from screen readers: the text says it. */
export function Icon({ name, class: extra }: { readonly name: IconName; readonly class?: string }) {
  const { assets } = useChrome();
  return (
    <svg class={extra ? `icon ${extra}` : 'icon'} aria-hidden="true" focusable="false">
      <use href={`${assets.icons}#${name}`} />
    </svg>
  );
}
