import type { Request } from 'express';
import { type RepoKind, repoPath } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { UseTab, UseView } from '../../../views/components/useRepository.js';
import { takesFile, widgetFields, widgetRequest } from '../../../views/widgets/inputs.js';
import type { WidgetView } from '../../../views/widgets/widget.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { widgetOf } from '../widgets/widgetOf.js';
import { curlLine, placeOnHub, type Question } from './curl.js';
import { inPython, inShell, librarySnippets, type Place } from './librarySnippets.js';

/** How to get and run a repository from outside: its libraries first. */
export async function useRepository(
  services: Services,
  request: Request,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<UseView> {
  const { kind } = row.ref;
  const place = placeOnHub(request, row);
  const client = pythonClient(place, kind);
  const clone = cloneTab(`${place.baseUrl}${repoPath(row.ref)}`, place.needsToken);
  if (kind === 'dataset') return { kind, tabs: [datasetLoader(place), client, clone], knowsLibrary: true };
  if (kind === 'space') return { kind, tabs: [client, clone], knowsLibrary: true };
  const libraries = record ? await librarySnippets(record, place) : [];
  const { widget } = await widgetOf(services, request, row, record);
  return {
    kind,
    tabs: [
      ...libraries,
      ...(widget ? [httpTab(questionOf(widget), place, answerFiles[widget.task])] : []),
      client,
      clone,
    ],
    knowsLibrary: libraries.length > 0,
  };
}

function datasetLoader(place: Place): UseTab {
  const code = `from datasets import load_dataset\n\ndataset = load_dataset("${place.id}")`;
  return { key: 'datasets', title: 'Datasets', blocks: [{ title: null, text: inPython(code, place) }] };
}

function pythonClient(place: Place, kind: RepoKind): UseTab {
  const type = kind === 'model' ? '' : `, repo_type="${kind}"`;
  const code = `from huggingface_hub import snapshot_download\n\nfolder = snapshot_download("${place.id}"${type})`;
  return {
    key: 'files',
    title: 'Files',
    blocks: [
      { title: 'In Python', text: inPython(code, place) },
      {
        title: 'On the command line',
        text: inShell(`hf download ${place.id}${kind === 'model' ? '' : ` --repo-type ${kind}`}`, place),
      },
    ],
  };
}

function cloneTab(address: string, needsToken: boolean): UseTab {
  const ask = needsToken ? '# git asks for your user name, and for a token as the password\n' : '';
  return {
    key: 'clone',
    title: 'Clone',
    blocks: [
      { title: null, text: `${ask}git lfs install\ngit clone ${address}` },
      { title: 'Without the large files', text: `${ask}GIT_LFS_SKIP_SMUDGE=1 git clone ${address}` },
    ],
  };
}

/** Of tasks that answer with a file. */
const answerFiles: Readonly<Record<string, string>> = {
  'text-to-speech': 'speech.wav',
  'text-to-audio': 'sound.wav',
  'text-to-image': 'picture.png',
};

export function httpTab(question: Question, place: Place, answerFile?: string): UseTab {
  return {
    key: 'http',
    title: 'HTTP',
    blocks: [{ title: null, text: curlLine(`/models/${place.id}`, place, question, answerFile) }],
  };
}

/** For a model whose card has no example. */
const someLabels = 'cat, dog';
const placeholder = '\u0000';

/** The body of a question for the command line: a file alone is sent as it is, with more beside it as base64. */
export function questionOf({ task, values }: Pick<WidgetView, 'task' | 'values'>): Question {
  const isSound = widgetFields[task]?.some(({ accept }) => accept === 'audio/*');
  const file = isSound ? 'sound.wav' : 'image.png';
  const asked = { ...values, candidate_labels: values.candidate_labels || someLabels };
  const { inputs, parameters } = widgetRequest(task, asked, placeholder);
  const hasParameters = Object.keys(parameters).length > 0;
  if (takesFile(task) && typeof inputs === 'string' && !hasParameters) return { file };
  const json = JSON.stringify(hasParameters ? { inputs, parameters } : { inputs });
  const [before = '', after] = json.split(JSON.stringify(placeholder).slice(1, -1));
  return after === undefined ? { json } : { before, file, after };
}
