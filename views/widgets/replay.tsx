import { taskLabel } from '../labels.js';
import { safeUrl } from '../safe.js';
import { TaskName } from './taskName.js';

export interface ReplayView {
  /** null = the repository has no video. */
  readonly address: string | null;
}

const task = 'reinforcement-learning';

/** What an agent did, as a video; without one, writers read how to add it. */
export function Replay({ replay: { address }, mayWrite }: { readonly replay: ReplayView; readonly mayWrite: boolean }) {
  if (!address && !mayWrite) return null;
  return (
    <section class="panel widget" id="widget" aria-labelledby="widget-title">
      <header class="widget-head">
        <h2 id="widget-title">Replay</h2>
        <TaskName task={task} id={task} label={taskLabel(task)} />
      </header>
      {address ? (
        // Muted, so that a browser may repeat it; it begins when somebody wants it to.
        <video class="widget-video" controls loop muted playsinline preload="metadata" src={safeUrl(address)}>
          <a href={safeUrl(address)}>replay.mp4</a>
        </video>
      ) : (
        <p class="widget-note">
          Add <code>replay.mp4</code> to show here what the agent does.
        </p>
      )}
    </section>
  );
}
