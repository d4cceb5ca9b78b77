import type { ModelData } from '@huggingface/tasks';
import { isLibrary, libraryLabel } from '../../../config/vocabulary/libraries.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { UseTab } from '../../../views/components/useRepository.js';
import { taskLibrary } from '../../taskLibrary.js';
import { transformersInfo } from './transformersInfo.js';

/** What a snippet must know of this hub. */
export interface Place {
  /** `owner/name` */
  readonly id: string;
  /** Public URL of the hub, without a slash at its end. */
  readonly baseUrl: string;
  /** It is private, or for those who were let in. */
  readonly needsToken: boolean;
}

const maxLibraries = 4;

/** Libraries whose usual code asks another hub, or needs what a repository does not tell. */
const ownSnippets: Readonly<Record<string, (id: string) => string>> = {
  peft: (id) => `from peft import AutoPeftModel\n\nmodel = AutoPeftModel.from_pretrained("${id}")`,
  spacy: (id) =>
    `import spacy\nfrom huggingface_hub import snapshot_download\n\nnlp = spacy.load(snapshot_download("${id}"))`,
};

/** Code that loads a model by each library that is known of it, the one of its card first. Nobody's code is run to make it. */
export async function librarySnippets(record: ModelRecord, place: Place): Promise<readonly UseTab[]> {
  const { MODEL_LIBRARIES_UI_ELEMENTS: elements } = await taskLibrary();
  const data = modelData(record, place);
  const tabs = librariesOf(record).flatMap((key): UseTab[] => {
    const element = Object.hasOwn(elements, key) ? elements[key as keyof typeof elements] : undefined;
    const own = Object.hasOwn(ownSnippets, key) ? [ownSnippets[key]!(place.id)] : null;
    const texts = own ?? snippetsFrom(element as { snippets?: (model: ModelData) => string[] } | undefined, data);
    const blocks = texts.flatMap((text) => {
      const adapted = adaptSnippet(withFile(text, record), place);
      return adapted === null ? [] : [{ title: null, text: adapted }];
    });
    const title = element?.prettyLabel ?? libraryLabel(key);
    return blocks.length === 0 ? [] : [{ key, title, blocks }];
  });
  return tabs.slice(0, maxLibraries);
}

function librariesOf({ libraryName, tags, weights }: ModelRecord): readonly string[] {
  const tagged = tags.filter(({ facet, name }) => facet === 'library' && isLibrary(name)).map(({ name }) => name);
  const hasGguf = weights.some(({ format }) => format === 'gguf');
  const names = [...(libraryName ? [libraryName] : []), ...tagged, ...(hasGguf ? ['llama-cpp-python'] : [])];
  return [...new Set(names)];
}

function snippetsFrom(
  element: { readonly snippets?: (model: ModelData) => string[] } | undefined,
  data: ModelData,
): readonly string[] {
  try {
    return element?.snippets?.(data) ?? [];
  } catch {
    return []; // written for the models of another hub: a field that is missing here
  }
}

/** What the snippets of the library read, from what the hub knows of the model. */
function modelData(record: ModelRecord, { id, needsToken }: Place): ModelData {
  const tags = record.tags.map(({ name }) => name);
  const info = transformersInfo(record);
  return {
    id,
    inference: '',
    private: needsToken,
    tags,
    config: {
      architectures: [...record.architectures],
      ...(record.modelType ? { model_type: record.modelType } : {}),
      // The tag comes of a template, whose text the snippets do not need.
      ...(tags.includes('conversational') ? { chat_template_jinja: '{{ messages }}' } : {}),
    },
    cardData: { base_model: record.baseModels.map((base) => base.id) },
    ...(info ? { transformersInfo: info } : {}),
    ...(record.pipelineTag ? { pipeline_tag: record.pipelineTag as NonNullable<ModelData['pipeline_tag']> } : {}),
    ...(record.libraryName ? { library_name: record.libraryName } : {}),
  };
}

/** The GGUF file that a snippet leaves open: four bits where there are some. */
function withFile(text: string, { weights }: ModelRecord): string {
  if (!text.includes('{{GGUF_FILE}}')) return text;
  const files = weights.filter(({ format }) => format === 'gguf');
  const file = files.find(({ gguf }) => gguf?.quantisation === 'Q4_K_M') ?? files[0];
  return file ? text.replaceAll('{{GGUF_FILE}}', file.path) : text;
}

/**
 * A snippet as it runs against this hub: Python and commands are told its address, files of the other hub are this one's, and
 * sample files one's own.
 * @returns null where it holds no code
 */
export function adaptSnippet(snippet: string, place: Place): string | null {
  const { id, baseUrl } = place;
  const code = snippet
    .trim()
    .replaceAll(`https://huggingface.co/${id}`, `${baseUrl}/${id}`)
    .replace(/(["'])https?:\/\/[^"'\s]+\.(?:png|jpe?g|webp)\1/gi, '$1image.png$1')
    .replace(/(["'])https?:\/\/[^"'\s]+\.(?:wav|flac|mp3)\1/gi, '$1sound.wav$1')
    // Needs a package of its own, and says where weights go, which every machine knows better.
    .replaceAll(', device_map="auto"', '')
    .replaceAll('# Load model directly\n', '')
    .replaceAll('# Use a pipeline as a high-level helper\n', '')
    .replace(/^!(?=pip )/gm, '')
    .replaceAll('\t', '    ');
  if (
    !code
      .split('\n')
      .some((line) => /=|\w\(|^(pip|npm|from|import|git|docker|brew|curl|hf) /.test(line) && !/^\s*(#|\/\/)/.test(line))
  )
    return null;
  if (/^import .+ from ['"]/m.test(code)) return inJavaScript(code, place);
  if (/^(from \S+ import|import \S+)/m.test(code)) return inPython(code, place);
  return /^(pip|npm|brew) /.test(code) || isNoCommand(code) ? code : inShell(code, place);
}

/** What goes on with the block before it, in whatever language: an assignment with blanks, which no shell takes, or a semicolon. */
function isNoCommand(code: string): boolean {
  return /^[\w, ]+ = |;$/m.test(code);
}

export function inPython(code: string, { baseUrl, needsToken }: Place): string {
  const token = needsToken ? '\nos.environ["HF_TOKEN"] = "hf_…"' : '';
  return `import os\nos.environ["HF_ENDPOINT"] = "${baseUrl}"${token}\n\n${code}`;
}

export function inShell(code: string, { baseUrl, needsToken }: Place): string {
  return `export HF_ENDPOINT=${baseUrl}\n${needsToken ? 'export HF_TOKEN=hf_…\n' : ''}${code}`;
}

/** transformers.js asks the host that its environment names. */
function inJavaScript(code: string, { baseUrl, needsToken }: Place): string {
  const named = code.replace(
    /^import \{ (.+) \} from (['"]@huggingface\/transformers['"];?)$/m,
    'import { env, $1 } from $2',
  );
  if (named === code) return code;
  const token = needsToken ? '// The token is read from the environment: HF_TOKEN=hf_…\n' : '';
  return named.replace(/^(import \{ env,.+)$/m, `$1\n\n${token}env.remoteHost = '${baseUrl}/';`);
}
