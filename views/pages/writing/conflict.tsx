import { safeUrl } from '../../safe.js';
import type { PatchLine } from '../files/commit.js';

export interface ConflictView {
  /** Commit that the writer began from. */
  readonly ancestor: string;
  readonly branch: string;
  /** The file as it is now; null = it was deleted meanwhile, or is no text any more. */
  readonly now: { readonly href: string; readonly lines: readonly PatchLine[]; readonly cut: boolean } | null;
  /** Whether both changes fit together. */
  readonly merges: boolean;
}

const signs: Readonly<Record<PatchLine['kind'], string>> = { added: '+', removed: '−', context: ' ', hunk: '' };

/** What changed while somebody wrote, line by line; their own text stays in the form below. */
export function Conflict({ view: { branch, now, merges } }: { readonly view: ConflictView }) {
  return (
    <section class="panel conflict" role="alert" tabindex={-1} autofocus aria-labelledby="conflict">
      <h2 id="conflict">The file was changed while you wrote</h2>
      {now === null ? (
        <p>
          On {branch} it was deleted, or replaced by something that is no text. Your text is below; committing it makes
          the file again.
        </p>
      ) : (
        <>
          <p>
            <a href={safeUrl(now.href)}>The file on {branch}</a> is no longer the one that you opened. Nothing of yours
            is lost: your text is below.{' '}
            {merges
              ? 'Both changes touch different lines, so they can be committed together.'
              : 'Both changes touch the same lines: take over below what you want to keep of theirs.'}
          </p>
          <p class="muted small">
            − as it is on {branch} now, + as you have it.{now.cut && ' The rest is too long to be shown.'}
          </p>
          <section class="code-view" tabindex={0} aria-label="Differences" dir="ltr">
            <table class="code-lines">
              <tbody>
                {now.lines.map((line, index) => (
                  <tr key={index} class={`patch-${line.kind}`}>
                    <td class="line-number" data-line={line.old ?? ''} />
                    <td class="line-number" data-line={line.new ?? ''} />
                    <td class="line-text">
                      {signs[line.kind]} {line.text}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </section>
  );
}
