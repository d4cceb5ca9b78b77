import { CodePieces } from '../../../code/codeView.js';
import type { CodeLine } from '../../../code/highlight.js';
import { plural } from '../../../format.js';
import { Raw } from '../../../render.js';
import type { SafeHtml, SafeUrl } from '../../../safe.js';

/** A notebook as it was saved. */
export interface NotebookView {
  readonly cells: readonly NotebookCell[];
  /** Cells that are not shown. */
  readonly left: number;
}

export type NotebookCell =
  | { readonly kind: 'prose'; readonly html: SafeHtml }
  | {
      readonly kind: 'code' | 'raw';
      readonly lines: readonly CodeLine[];
      readonly count: number | null;
      readonly outputs: readonly NotebookOutput[];
    };

export type NotebookOutput =
  | { readonly kind: 'text'; readonly text: string; readonly isError: boolean }
  | { readonly kind: 'image'; readonly src: SafeUrl }
  | { readonly kind: 'prose'; readonly html: SafeHtml }
  | { readonly kind: 'other'; readonly types: string };

export function Notebook({ notebook }: { readonly notebook: NotebookView }) {
  return (
    <div class="notebook">
      {notebook.cells.map((cell, index) =>
        cell.kind === 'prose' ? (
          <Raw key={index} html={cell.html} as="article" class="prose" dir="auto" />
        ) : (
          <Code key={index} cell={cell} at={index + 1} />
        ),
      )}
      {notebook.left > 0 && <p class="quiet">{plural(notebook.left, 'more cell')}; the raw file has them all.</p>}
    </div>
  );
}

function Code({ cell, at }: { readonly cell: Exclude<NotebookCell, { kind: 'prose' }>; readonly at: number }) {
  return (
    <div class="notebook-cell">
      {cell.kind === 'code' && <span class="notebook-count mono small quiet">In [{cell.count ?? ' '}]</span>}
      <section class="notebook-code" tabindex={0} aria-label={`Cell ${at}`} dir="ltr">
        <pre>
          {cell.lines.map((line, index) => (
            <span key={index}>
              <CodePieces line={line} />
              {'\n'}
            </span>
          ))}
        </pre>
      </section>
      {cell.outputs.map((output, index) => (
        <Output key={index} output={output} label={`Output ${index + 1} of cell ${at}`} />
      ))}
    </div>
  );
}

function Output({ output, label }: { readonly output: NotebookOutput; readonly label: string }) {
  if (output.kind === 'image') return <img class="notebook-image" src={output.src} alt={label} />;
  if (output.kind === 'other') return <p class="quiet small">An output of the type {output.types} is not shown.</p>;
  if (output.kind === 'prose')
    return (
      <section class="notebook-output" tabindex={0} aria-label={label}>
        <Raw html={output.html} as="div" class="prose" dir="auto" />
      </section>
    );
  return (
    <section
      class={output.isError ? 'notebook-output notebook-error' : 'notebook-output'}
      tabindex={0}
      aria-label={label}
    >
      <pre dir="auto">{output.text}</pre>
    </section>
  );
}
