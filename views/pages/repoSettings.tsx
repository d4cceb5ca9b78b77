import type { ComponentChildren } from 'preact';
import { compiledGraph } from '../../config/compiledModels.js';
import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, RepoNameField, SelectField, TextField } from '../components/form.js';
import { graphName } from '../components/modelSheet.js';
import { Notice } from '../components/notice.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { formatBytes, plural } from '../format.js';
import { safeUrl } from '../safe.js';

export interface RepoSettingsView {
  readonly head: RepoHead;
  /** Where the viewer may move the repository. */
  readonly namespaces: readonly string[];
  readonly gated: 'auto' | 'manual' | null;
  /** How many wait for an answer. */
  readonly requests: number;
  /** What the card would ask, and cannot. */
  readonly unasked: readonly string[];
  readonly storage: {
    /** Of the files of the default branch. */
    readonly filesBytes: number;
    readonly gitBytes: number;
    readonly lfsBytes: number;
    readonly lfsObjects: number;
  };
  readonly inferenceOff: boolean;
  /** ONNX graphs of the repository, most exact first. */
  readonly graphs: readonly { readonly path: string; readonly label: string }[];
  /** The graph that the owner chose; null = the most exact. */
  readonly graph: string | null;
  /** The owner's wish for int8, null = as the hub says, and what that is. */
  readonly int8: boolean | null;
  readonly hubInt8: boolean;
  /** Why the model is no longer run; null = it is. */
  readonly quarantine: string | null;
  readonly errors: FormErrors;
  /** What was typed into a form that was sent back. */
  readonly values: Readonly<Record<string, string>>;
}

/** What the owner of a repository decides: who sees it, what it is called, how it runs, and whether it stays. */
export function RepoSettingsPage({ chrome, view }: { chrome: Chrome; view: RepoSettingsView }) {
  const { head } = view;
  return (
    <RepoFrame chrome={chrome} head={head} tab="settings" title="Settings" noIndex>
      <div class="stack settings">
        <ErrorSummary errors={view.errors} />
        <Setting head={head} title="Visibility">
          <p>{head.private ? 'Only members see this repository.' : 'Everybody sees this repository.'}</p>
          <Do what={head.private ? 'publish' : 'hide'}>Make it {head.private ? 'public' : 'private'}</Do>
        </Setting>
        <Gating view={view} />
        <Move view={view} />
        {head.kind === 'model' && <Inference view={view} />}
        <Storage view={view} />
        <Setting head={head} title="Index">
          <p>Tags, facts and the widget come from the files. Pushes are read by themselves; this reads them anew.</p>
          <Do what="reindex">Read the repository again</Do>
        </Setting>
        <Setting head={head} title="Delete">
          <TextField
            name="confirm"
            label={`Type ${head.owner}/${head.name} to delete it for ever`}
            autocomplete="off"
            errors={view.errors}
            mono
          />
          <Do what="delete" danger>
            Delete this repository
          </Do>
        </Setting>
      </div>
    </RepoFrame>
  );
}

function Gating({ view: { head, gated, requests, unasked } }: { view: RepoSettingsView }) {
  return (
    <Setting head={head} title="Access to files">
      <SelectField
        name="gated"
        label="Who gets the files, and runs the model"
        hint={
          <>
            The card, the tags and the names of files stay visible. README.md may ask questions with{' '}
            <a href="/docs/hub/models-gated">extra_gated_fields</a>.
          </>
        }
        value={gated ?? ''}
        choices={[
          { value: '', text: 'Everybody who sees the repository' },
          { value: 'auto', text: 'Whoever asks, at once' },
          { value: 'manual', text: 'Whom you accept' },
        ]}
      />
      {unasked.length > 0 && (
        <Notice tone="warn">
          <ul>
            {unasked.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div class="button-row">
        <Do what="gate">Save</Do>
        {gated && (
          <a href={safeUrl(`${head.path}/settings/access`)}>
            Access requests{requests > 0 ? `: ${plural(requests, 'person waits', 'people wait')}` : ''}
          </a>
        )}
      </div>
    </Setting>
  );
}

function Storage({ view: { storage } }: { view: RepoSettingsView }) {
  const { filesBytes, gitBytes, lfsBytes, lfsObjects } = storage;
  return (
    <section class="panel">
      <h2>Storage</h2>
      <dl class="facts">
        <dt>Files of the default branch</dt>
        <dd>{formatBytes(filesBytes)}</dd>
        <dt>Git history</dt>
        <dd>{formatBytes(gitBytes)}</dd>
        <dt>Git LFS, all versions</dt>
        <dd>
          {formatBytes(lfsBytes)} <span class="muted">({plural(lfsObjects, 'object')})</span>
        </dd>
      </dl>
    </section>
  );
}

function Move({ view: { head, namespaces, errors, values } }: { view: RepoSettingsView }) {
  const owners = namespaces.includes(head.owner) ? namespaces : [head.owner, ...namespaces];
  return (
    <Setting head={head} title="Rename or transfer">
      <p>The old name leads to the new one until somebody takes it. Likes, downloads and files stay.</p>
      <div class="field-row">
        <SelectField
          name="owner"
          label="Owner"
          value={values.owner ?? head.owner}
          choices={owners.map((owner) => ({ value: owner, text: owner }))}
        />
        <RepoNameField value={values.name ?? head.name} errors={errors} />
      </div>
      <Do what="move">Move</Do>
    </Setting>
  );
}

function Inference({ view }: { view: RepoSettingsView }) {
  const { head, inferenceOff, graphs, graph, quarantine } = view;
  return (
    <>
      <Setting head={head} title="Inference">
        <p>{inferenceOff ? 'Inference is off.' : 'The model may be run from its page and the API.'}</p>
        {quarantine && <p>It is quarantined: {quarantine}.</p>}
        <div class="button-row">
          <Do what={inferenceOff ? 'run' : 'rest'}>Turn inference {inferenceOff ? 'on' : 'off'}</Do>
          {quarantine && <Do what="release">Let it run again</Do>}
        </div>
      </Setting>
      {graphs.length > 1 && (
        <Setting head={head} title="Graph">
          <SelectField
            name="graph"
            label="Which graph answers"
            hint="A request may ask for another with the parameter “graph”."
            value={graph ?? ''}
            choices={[
              { value: '', text: `The most exact (${graphName(graphs[0]!.path)})` },
              ...graphs.map(({ path, label }) => ({ value: path, text: graphText(path, label) })),
            ]}
          />
          <Do what="graph">Save</Do>
        </Setting>
      )}
      {graphs.some(({ path }) => path === compiledGraph) && <Int8 view={view} />}
    </>
  );
}

/** `onnx/model_q8.onnx (int8)`; what the hub compiles has no path. */
function graphText(path: string, label: string): string {
  return path === compiledGraph ? graphName(path) : `${path} (${label})`;
}

function Int8({ view: { head, int8, hubInt8 } }: { view: RepoSettingsView }) {
  return (
    <Setting head={head} title="int8">
      <SelectField
        name="int8"
        label="Answer in int8"
        hint="Faster and a little less exact. The hub searches in the background after the first calls, and uses int8 only where it is close enough and at least 1.1 times as fast; the model's page says what it reached."
        value={int8 === null ? '' : int8 ? 'on' : 'off'}
        choices={[
          { value: '', text: `As the hub does (${hubInt8 ? 'on' : 'off'})` },
          { value: 'on', text: 'Yes, where it is close enough' },
          { value: 'off', text: 'No' },
        ]}
      />
      <Do what="int8">Save</Do>
    </Setting>
  );
}

function Setting({ head, title, children }: { head: RepoHead; title: string; children: ComponentChildren }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      <form class="form" method="post" action={safeUrl(`${head.path}/settings`)}>
        <CsrfField />
        {children}
      </form>
    </section>
  );
}

/** The button that says which change the form asks for. */
function Do({ what, danger, children }: { what: string; danger?: boolean; children: ComponentChildren }) {
  return (
    <button type="submit" class={danger ? 'button button-danger' : 'button'} name="do" value={what}>
      {children}
    </button>
  );
}
