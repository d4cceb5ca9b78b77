import type { HTMLAttributes } from 'preact';
import { Icon } from './icon.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'hub-copy': HTMLAttributes<HTMLElement> & { 'data-text'?: string };
      'hub-filter': HTMLAttributes<HTMLElement>;
      'hub-search': HTMLAttributes<HTMLElement>;
      'hub-lines': HTMLAttributes<HTMLElement>;
    }
  }
}

interface CopyButtonProps {
  readonly text?: string;
  /** Said, not shown. */
  readonly label?: string;
  /** Stands beside the icon. */
  readonly shown?: string;
}

/**
 * A button that copies `text`, or the code that stands beside it. Hidden until the module of every page runs.
 */
export function CopyButton({ text, label = 'Copy', shown }: CopyButtonProps) {
  return (
    <hub-copy data-text={text}>
      <button type="button" class="copy-button" hidden aria-label={shown ? undefined : label}>
        <Icon name="copy" />
        <Icon name="check" class="copied" />
        {shown}
      </button>
      <span class="visually-hidden" role="status" />
    </hub-copy>
  );
}

/** What the module puts beside each block of code in a card. */
export function CopyButtonForCode() {
  return (
    <template data-copy-code>
      <CopyButton label="Copy code" />
    </template>
  );
}

/** Lines to paste into a terminal or an editor, with their copy button. */
export function CodeBlock({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div class="code-block">
      <section class="code-scroll" tabindex={0} aria-label={label}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <CopyButton text={text} label={`Copy: ${label}`} />
    </div>
  );
}
