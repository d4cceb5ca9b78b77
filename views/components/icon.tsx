import { useChrome } from '../chrome.js';
import type { IconName } from '../icons.js';

/** A decorative icon beside text, at the text's size. Hidden from screen readers: the text says it. */
export function Icon({ name, class: extra }: { readonly name: IconName; readonly class?: string }) {
  const { assets } = useChrome();
  return (
    <svg class={extra ? `icon ${extra}` : 'icon'} aria-hidden="true" focusable="false">
      <use href={`${assets.icons}#${name}`} />
    </svg>
  );
}
