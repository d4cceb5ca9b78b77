import type { Chrome } from '../../chrome.js';
import { CodeCells } from '../../code/codeView.js';
import type { CodeLine } from '../../code/highlight.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { safeUrl } from '../../safe.js';
import { type Crumb, Crumbs } from './crumbs.js';
import { type FileAction, FileActions } from './fileActions.js';

export interface BlameView {
  readonly head: RepoHead;
  readonly path: string;
  readonly crumbs: readonly Crumb[];
  readonly actions: readonly FileAction[];
  /** What the id of a commit follows. */
  readonly commitBase: string;
  /** Why there are no lines. */
  readonly reason: string | null;
  readonly lines: readonly {
    readonly source: {
      readonly oid: string;
      readonly author: string;
      readonly title: string;
      readonly atMs: number;
    };
    readonly pieces: CodeLine;
  }[];
}

/** A text whose lines say with which commit they came. */
export function BlamePage({ chrome, view }: { readonly chrome: Chrome; readonly view: BlameView }) {
  return (
    <RepoFrame
      chrome={chrome}
      head={view.head}
      tab="files"
      title={`Blame of ${view.path}`}
      noIndex
      modules={['hub-lines']}
    >
      <div class="file-bar">
        <Crumbs crumbs={view.crumbs} path={view.path} />
        <FileActions actions={view.actions} />
      </div>
      {view.reason ? <p class="quiet">{view.reason}</p> : <Lines view={view} />}
    </RepoFrame>
  );
}

function Lines({ view: { lines, path, commitBase } }: { readonly view: BlameView }) {
  return (
    <hub-lines>
      <section class="code-view" tabindex={0} aria-label={`Lines of ${path} and their commits`} dir="ltr">
        <table class="code-lines blame">
          <tbody>
            {lines.map(({ source, pieces }, index) => {
              const isFirst = lines[index - 1]?.source !== source;
              return (
                <tr key={index} id={`L${index + 1}`} class={isFirst ? 'blame-first' : undefined}>
                  <td class="blame-commit">
                    {isFirst && (
                      <div>
                        <a href={safeUrl(commitBase + source.oid)} title={`${source.author}: ${source.title}`}>
                          {source.title || '(no message)'}
                        </a>
                        <span class="quiet">
                          <Age atMs={source.atMs} />
                        </span>
                      </div>
                    )}
                  </td>
                  <CodeCells number={index + 1} line={pieces} />
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </hub-lines>
  );
}
