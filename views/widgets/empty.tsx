import { Notice } from '../components/notice.js';

/** An answer that is right and holds nothing. */
export function Empty({ what }: { readonly what: string }) {
  return (
    <Notice tone="warn">
      <p>{what}</p>
    </Notice>
  );
}
