import { CopyButton } from '../../components/copy.js';
import { Notice } from '../../components/notice.js';
import { formatBytes, formatCount } from '../../format.js';
import { safeUrl } from '../../safe.js';

export interface LfsView {
  readonly oid: string;
  readonly sizeBytes: number;
  /** What git stores in place of the file. */
  readonly pointer: string;
  readonly raw: string;
  /** False where the bytes are not on this hub, or not yet. */
  readonly isStored: boolean;
}

/** What Git LFS says of a file. */
export function LfsPanel({ lfs: { oid, sizeBytes, pointer, raw, isStored } }: { readonly lfs: LfsView }) {
  return (
    <section class="panel lfs-panel" aria-label="Git LFS">
      {!isStored && (
        <Notice tone="danger">
          Its content is missing on this hub: it was never sent here, or is still on its way. Whoever has the file sends
          it with <code>git lfs push --all origin</code>.
        </Notice>
      )}
      <p>
        Stored with Git LFS · {formatBytes(sizeBytes)} <span class="quiet">({formatCount(sizeBytes)} bytes)</span>
      </p>
      <p class="breaks">
        SHA-256 <span class="mono small">{oid}</span> <CopyButton text={oid} label="Copy SHA-256" />
      </p>
      <details>
        <summary>Pointer in git</summary>
        <section class="code-scroll" tabindex={0} aria-label="Pointer">
          <pre class="small">{pointer}</pre>
        </section>
        <a href={safeUrl(raw)}>Raw pointer</a>
      </details>
    </section>
  );
}
