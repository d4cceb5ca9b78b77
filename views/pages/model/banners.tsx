import type { ComponentChildren } from 'preact';
import { IndexState, type IndexStateView } from '../../components/indexState.js';
import { Notice } from '../../components/notice.js';
import { formatDay, plural } from '../../format.js';
import { type SafeUrl, safeUrl } from '../../safe.js';

/** What somebody who opens the page should know first. */
export interface BannersView {
  /** Only administrators reach a repository that was taken down. */
  readonly disabled: { readonly reason: string; readonly atMs: number } | null;
  /** One line each. */
  readonly problems: readonly string[];
  /** Told in full to those who may write. */
  readonly mayWrite: boolean;
  /** Where the card is mended, if the fault is its. */
  readonly fix: SafeUrl | null;
  /** The index is behind, or could not follow; null = neither. */
  readonly index: IndexStateView | null;
  readonly notForAll: boolean;
  readonly newVersion: NewVersion | null;
}

export interface NewVersion {
  readonly id: string;
  /** Null where this hub has it not, or does not show it. */
  readonly href: string | null;
}

const bannersShown = 2;
const problemsShown = 5;

/** The most severe first; two are shown, the others on demand. */
export function Banners({ view, kind }: { readonly view: BannersView; readonly kind: string }) {
  const banners = bannersOf(view, kind);
  if (banners.length === 0) return null;
  const rest = banners.slice(bannersShown);
  return (
    <div class="banners">
      {banners.slice(0, bannersShown)}
      {rest.length > 0 && (
        <details>
          <summary>+{plural(rest.length, 'notice')}</summary>
          <div class="banners">{rest}</div>
        </details>
      )}
    </div>
  );
}

function bannersOf(
  { disabled, problems, mayWrite, fix, index, notForAll, newVersion }: BannersView,
  kind: string,
): readonly ComponentChildren[] {
  return [
    disabled && (
      <Notice key="disabled" tone="danger">
        Disabled since {formatDay(disabled.atMs)}
        {disabled.reason && `: ${disabled.reason.replace(/\.$/, '')}`}. Only administrators see this page.
      </Notice>
    ),
    index && <IndexState key="index" state={index} />,
    problems.length > 0 && (
      <Notice key="problems" tone="warn">
        {mayWrite ? (
          <Problems problems={problems} fix={fix} />
        ) : (
          `${plural(problems.length, 'problem')} in what this ${kind} says of itself: tags and widget may lack something.`
        )}
      </Notice>
    ),
    notForAll && (
      <Notice key="audience" tone="warn">
        Its owner marked this {kind} as not for all audiences.
      </Notice>
    ),
    newVersion && (
      <Notice key="version">
        There is a newer version of this {kind}:{' '}
        {newVersion.href ? <a href={safeUrl(newVersion.href)}>{newVersion.id}</a> : newVersion.id}
      </Notice>
    ),
  ].filter(Boolean);
}

function Problems({ problems, fix }: Pick<BannersView, 'problems' | 'fix'>) {
  return (
    <>
      <ul>
        {problems.slice(0, problemsShown).map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
      {problems.length > problemsShown && <p>and {problems.length - problemsShown} more</p>}
      {fix && <a href={fix}>Fix</a>}
    </>
  );
}
