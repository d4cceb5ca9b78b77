import { createContext, Script } from 'node:vm';
import { HubError } from '../../config/errors.js';
import type { Model } from '../pipelines/model.js';
import { objectOf, parseJson, textOf } from '../snapshot/snapshotFiles.js';
import type { ChatMessage } from './messages.js';
import { strftime } from './strftime.js';
import { keepTextOfLeftTurns } from './templateLoops.js';

/** A template is code that somebody pushed: it gets so long, */
const maxMs = 2000;
/** it has at most so many characters, */
const maxTemplate = 1_048_576;
/** makes at most so many of them, */
const maxPrompt = 4_194_304;
/** and counts at most so far. */
const maxRange = 100_000;

export interface ChatOptions {
  readonly tools: readonly unknown[] | null;
  /** The last message is to be continued, in place of a new one. */
  readonly continuesLast: boolean;
}

/** What a template says when it refuses a conversation. */
class Refusal extends Error {}

/**
 * The prompt that a model's chat template makes of a conversation; null when the model has no template.
 * @throws HubError INFERENCE_INPUT_INVALID when the template refuses the conversation, INFERENCE_UNAVAILABLE when it cannot
 * be used
 */
export async function chatPrompt(
  model: Model,
  messages: readonly ChatMessage[],
  { tools, continuesLast }: ChatOptions,
): Promise<string | null> {
  const source = await templateOf(model, tools !== null);
  if (source === null && tools !== null) throw invalid('parameters.tools: the model has no chat template to show them');
  if (source === null) return null;
  // Loaded with the first conversation: the hub itself checks bodies and renders none.
  const jinja = await import('@huggingface/jinja');
  const rendered = (values: Readonly<Record<string, unknown>>) => render(jinja, source, values);
  const common = { ...(await specialTokens(model)), documents: null };
  const promptWith = (tools: ChatOptions['tools']) => {
    const variables = { ...common, tools };
    if (!continuesLast) return rendered({ ...variables, messages, add_generation_prompt: true });
    return continued(messages, (marked) => rendered({ ...variables, messages: marked, add_generation_prompt: false }));
  };
  const prompt = promptWith(tools);
  // A model that is not told of its tools would answer as if there were none.
  if (tools !== null && prompt === promptWith([]))
    throw invalid('parameters.tools: the chat template of this model passes them over');
  return prompt;
}

/** What the model's text of the last message would follow: a mark shows where the template puts its end. */
function continued(messages: readonly ChatMessage[], render: (messages: readonly ChatMessage[]) => string): string {
  const mark = 'HUBSTEAD_CONTINUES_HERE ';
  const last = messages.at(-1)!;
  const text = render([...messages.slice(0, -1), { ...last, content: last.content + mark }]);
  const place = text.lastIndexOf(mark.trim());
  if (place < 0)
    throw invalid('the chat template does not repeat the last message as it stands, so it cannot be continued');
  // A template that trims the message takes its last spaces with it.
  return text.startsWith(mark, place) ? text.slice(0, place) : text.slice(0, place).trimEnd();
}

async function templateOf(model: Model, hasTools: boolean): Promise<string | null> {
  const file = await model.file('chat_template.jinja');
  if (file !== null) return bounded(file);
  const processor = await model.file('chat_template.json');
  const inProcessor = processor === null ? null : objectOf(parseJson(processor, 'chat_template.json')).chat_template;
  const said = model.settings.tokenizer.chat_template ?? inProcessor ?? null;
  if (said === null) return null;
  if (typeof said === 'string') return bounded(said);
  const named = new Map(
    (Array.isArray(said) ? said : []).map(objectOf).map(({ name, template }) => [textOf(name), textOf(template)]),
  );
  const chosen = (hasTools ? named.get('tool_use') : null) ?? named.get('default');
  if (chosen) return bounded(chosen);
  throw unavailable(`its tokenizer_config.json has chat templates, but none called "default"`);
}

function bounded(template: string): string {
  if (template.length <= maxTemplate) return template;
  throw unavailable(`its chat template has ${template.length} characters, at most ${maxTemplate} are read`);
}

/** `bos_token`, `eos_token` and the like, as text. */
async function specialTokens({ settings, file }: Model): Promise<Record<string, string>> {
  const older = await file('special_tokens_map.json');
  const map = older === null ? {} : objectOf(parseJson(older, 'special_tokens_map.json'));
  const tokens: Record<string, string> = {};
  for (const name of ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token']) {
    const token = settings.tokenizer[name] ?? (name in settings.tokenizer ? null : map[name]);
    const text = textOf(token) ?? textOf(objectOf(token).content);
    if (text !== null) tokens[name] = text;
  }
  return tokens;
}

type Jinja = typeof import('@huggingface/jinja');
type Program = ReturnType<Jinja['parse']>;

const parsed = new Map<string, Program>();
const maxParsed = 32;

function render(jinja: Jinja, source: string, variables: Readonly<Record<string, unknown>>): string {
  const run = () => {
    const environment = new jinja.Environment();
    for (const [name, value] of Object.entries({ ...variables, ...globals })) environment.set(name, value);
    return keepTextOfLeftTurns(new jinja.Interpreter(environment)).run(parsedTemplate(jinja, source)).value;
  };
  try {
    // Only V8 itself can end a loop that does not end.
    const text: unknown = new Script('run()').runInContext(createContext({ run }), { timeout: maxMs });
    if (typeof text !== 'string' || text.length > maxPrompt)
      throw unavailable(`its chat template makes more than ${maxPrompt} characters`);
    return text;
  } catch (error) {
    if (error instanceof HubError) throw error;
    if (error instanceof Refusal) throw invalid(`the chat template refuses these messages: ${error.message}`);
    const isLate = (error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw unavailable(
      isLate ? `its chat template takes more than ${maxMs / 1000} s` : `its chat template fails: ${reasonOf(error)}`,
    );
  }
}

function parsedTemplate({ parse, tokenize }: Jinja, source: string): Program {
  const known = parsed.get(source);
  if (known) return known;
  if (parsed.size >= maxParsed) parsed.clear();
  // Python's tokenizers read templates with these two options.
  const program = parse(tokenize(source, { trim_blocks: true, lstrip_blocks: true }));
  parsed.set(source, program);
  return program;
}

/** What templates find, beside what the language itself has. */
const globals = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown) => {
    throw new Refusal(String(message).slice(0, 500));
  },
  strftime_now: (format: unknown) => strftime(new Date(), String(format).slice(0, 1000)),
  range: (...limits: readonly unknown[]) => {
    const [first = 0, second, step = 1] = limits.map(Number);
    const [start, stop] = second === undefined ? [0, first] : [first, second];
    const length = Math.ceil((stop - start) / step);
    if (!(length <= maxRange)) throw new Error(`range() counts further than ${maxRange}`);
    return Array.from({ length: Math.max(0, length) }, (_, index) => start + index * step);
  },
};

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]!.slice(0, 300);
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
