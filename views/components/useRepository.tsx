import { useChrome } from '../chrome.js';
import { CodeBlock } from './copy.js';
import type { RepoHead } from './repoFrame.js';

export interface UseView {
  readonly library: string | null;
  readonly task: string | null;
  /** A question to the model as JSON text, or by the name of a file to send; null = it does not answer here. */
  readonly question: { readonly json: string } | { readonly file: string } | null;
}

interface Snippet {
  readonly title: string;
  readonly text: string;
}

/** How to get and run a repository from outside: what its library knows first. `?use=1` opens it. */
export function UseRepository({ head, view }: { readonly head: RepoHead; readonly view: UseView }) {
  const { baseUrl, url } = useChrome();
  return (
    <details class="panel" id="use" open={/[?&]use=1(&|$)/.test(url)}>
      <summary>Use this {head.kind}</summary>
      {snippetsOf(head, view, baseUrl).map(({ title, text }) => (
        <section key={title}>
          <h3 class="facts-title">{title}</h3>
          <CodeBlock text={text} label={title} />
        </section>
      ))}
      {head.kind === 'model' && !view.library && (
        <p class="muted small">
          With “library_name:” in its card the page could say how to load it. The files are there in any case.
        </p>
      )}
    </details>
  );
}

/** @param baseUrl public URL of the hub, without a slash at its end */
export function snippetsOf(head: RepoHead, { library, task, question }: UseView, baseUrl: string): readonly Snippet[] {
  const id = `${head.owner}/${head.name}`;
  const endpoint = `import os\nos.environ["HF_ENDPOINT"] = "${baseUrl}"${
    head.private ? '\nos.environ["HF_TOKEN"] = "hf_…"' : ''
  }\n\n`;
  const loader =
    head.kind === 'model' && library !== null && Object.hasOwn(loaders, library) ? loaders[library] : undefined;
  const load = loader?.(id, task);
  const isDataset = head.kind === 'dataset';
  const token = head.private ? ' \\\n  -H "Authorization: Bearer hf_…"' : '';
  return [
    ...(load ? [{ title: library!, text: endpoint + load }] : []),
    ...(question
      ? [
          {
            title: 'HTTP',
            text: `curl ${baseUrl}/models/${id}${token} \\\n  ${bodyOf(question)}`,
          },
        ]
      : []),
    {
      title: 'Files in Python',
      text: `${endpoint}from huggingface_hub import snapshot_download\nfolder = snapshot_download("${id}"${
        isDataset ? ', repo_type="dataset"' : ''
      })`,
    },
    { title: 'Clone', text: `git lfs install\ngit clone ${baseUrl}${head.path}` },
    { title: 'Clone without the large files', text: `GIT_LFS_SKIP_SMUDGE=1 git clone ${baseUrl}${head.path}` },
  ];
}

/** What curl sends. */
function bodyOf(question: NonNullable<UseView['question']>): string {
  if ('file' in question) return `--data-binary @${question.file}`;
  return `-H "Content-Type: application/json" \\\n  -d '${question.json.replaceAll("'", "'\\''")}'`;
}

/** Code that loads a model, by `library_name`. */
const loaders: Readonly<Record<string, (id: string, task: string | null) => string>> = {
  transformers: (id, task) =>
    task
      ? `from transformers import pipeline\nmodel = pipeline("${task}", model="${id}")`
      : `from transformers import AutoModel\nmodel = AutoModel.from_pretrained("${id}")`,
  'sentence-transformers': (id) =>
    `from sentence_transformers import SentenceTransformer\nmodel = SentenceTransformer("${id}")`,
  diffusers: (id) => `from diffusers import DiffusionPipeline\nmodel = DiffusionPipeline.from_pretrained("${id}")`,
  peft: (id) => `from peft import AutoPeftModel\nmodel = AutoPeftModel.from_pretrained("${id}")`,
  timm: (id) => `import timm\nmodel = timm.create_model("hf_hub:${id}", pretrained=True)`,
  setfit: (id) => `from setfit import SetFitModel\nmodel = SetFitModel.from_pretrained("${id}")`,
  spacy: (id) =>
    `from huggingface_hub import snapshot_download\nimport spacy\nmodel = spacy.load(snapshot_download("${id}"))`,
};
