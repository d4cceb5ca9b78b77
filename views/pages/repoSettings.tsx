import type { Chrome } from '../chrome.js';
import { CsrfField } from '../components/form.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { safeUrl } from '../safe.js';

export interface RepoSettingsView {
  readonly head: RepoHead;
  readonly inferenceOff: boolean;
  /** Why the model is no longer run; null = it is. */
  readonly quarantine: string | null;
}

/** What the owner of a repository decides: who sees it, whether it runs, and whether it stays. */
export function RepoSettingsPage({ chrome, view }: { chrome: Chrome; view: RepoSettingsView }) {
  const { head } = view;
  const id = `${head.owner}/${head.name}`;
  const action = safeUrl(`${head.path}/settings`);
  return (
    <RepoFrame chrome={chrome} head={head} tab="settings" title="Settings">
      <div class="stack">
        <section class="panel">
          <h2>Visibility</h2>
          <form method="post" action={action}>
            <CsrfField />
            <p>{head.private ? 'Only members see this repository.' : 'Everybody sees this repository.'}</p>
            <button type="submit" class="button" name="do" value={head.private ? 'publish' : 'hide'}>
              Make it {head.private ? 'public' : 'private'}
            </button>
          </form>
        </section>
        {head.kind === 'model' && (
          <section class="panel">
            <h2>Inference</h2>
            <form method="post" action={action}>
              <CsrfField />
              <p>{view.inferenceOff ? 'Inference is off.' : 'The model may be run from its page and the API.'}</p>
              <button type="submit" class="button" name="do" value={view.inferenceOff ? 'run' : 'rest'}>
                Turn inference {view.inferenceOff ? 'on' : 'off'}
              </button>
              {view.quarantine && (
                <>
                  <p>The model is quarantined: {view.quarantine}.</p>
                  <button type="submit" class="button" name="do" value="release">
                    Let it run again
                  </button>
                </>
              )}
            </form>
          </section>
        )}
        <section class="panel">
          <h2>Index</h2>
          <form method="post" action={action}>
            <CsrfField />
            <button type="submit" class="button" name="do" value="reindex">
              Read the repository again
            </button>
          </form>
        </section>
        <section class="panel">
          <h2>Delete</h2>
          <form method="post" action={action}>
            <CsrfField />
            <p class="field">
              <label for="confirm">
                Type <strong>{id}</strong> to delete it for ever
              </label>
              <input id="confirm" name="confirm" autocomplete="off" />
            </p>
            <button type="submit" class="button button-danger" name="do" value="delete">
              Delete this repository
            </button>
          </form>
        </section>
      </div>
    </RepoFrame>
  );
}
