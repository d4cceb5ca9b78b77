import { repoPath } from '../../../config/repo.js';
import type { WidgetRemedy } from '../../../views/widgets/unavailable.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Remedy } from '../../inference/graphs/availability.js';

interface Row {
  /** What to do, to be read behind "To change this: ". */
  readonly text: string;
  /** A page of the repository (`settings`), or of the hub (from `/`). */
  readonly at: string;
  readonly label: string;
}

const remedies: Readonly<Record<Remedy, Row>> = {
  hub: {
    text: 'set inference.enabled in the hub’s options',
    at: '/docs/hub/models-inference',
    label: 'About inference',
  },
  settings: { text: 'look into the settings of this model', at: 'settings', label: 'Settings' },
  switch: { text: 'remove “inference: false” from README.md', at: '/docs/hub/models-widgets', label: 'About widgets' },
  task: {
    text: 'add “pipeline_tag: …” to README.md, such as “pipeline_tag: text-classification”',
    at: '/docs/hub/models-tasks',
    label: 'Tasks that are answered',
  },
  taskNotServed: {
    text: 'nothing in this repository would; examples with an “output” in README.md are shown all the same',
    at: '/docs/hub/models-tasks',
    label: 'Tasks that are answered',
  },
  graphs: {
    text: 'push model.onnx, or model.safetensors with config.json of a family that is compiled; where a file is in LFS, see that it was pushed',
    at: '/docs/hub/models-compiling',
    label: 'Families that are compiled',
  },
  tokenizer: { text: 'push tokenizer.json', at: '/docs/hub/models-inference', label: 'Files of a model' },
  files: { text: 'push the files again, mended', at: '/docs/hub/models-inference', label: 'Files of a model' },
  size: {
    text: 'raise inference.memoryBytes in the hub’s options',
    at: '/docs/hub/models-inference',
    label: 'About inference',
  },
};

/** Pages of the hub that remedies lead to. */
export const remedyPages: readonly string[] = Object.values(remedies)
  .map(({ at }) => at)
  .filter((at) => at.startsWith('/'));

/** What somebody who may write can do about a model that is not run. */
export function widgetRemedyOf(row: RepoRow, remedy: Remedy): WidgetRemedy {
  const { text, at, label } = remedies[remedy];
  return { text, href: at.startsWith('/') ? at : `${repoPath(row.ref)}/${at}`, label };
}
