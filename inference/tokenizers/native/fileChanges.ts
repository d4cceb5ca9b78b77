import { type JsonObject, objectOf } from '../../snapshot/snapshotFiles.js';
import type { SpecialTokens } from '../specialTokens.js';
import type { NativeClass } from './nativeClass.js';
import { aroundLlama } from './sentencePieceClasses.js';

/** Classes that put their special tokens around a text themselves, whatever tokenizer.json says. */
const namedEnds: ReadonlySet<string> = new Set(['LlamaTokenizer', 'CodeLlamaTokenizer', 'GemmaTokenizer']);

interface NamedClass {
  readonly className: string | null;
  readonly known: NativeClass | null;
}

/** The parts of a pushed tokenizer.json that Python's classes change when they read it; null when there is none. */
export function fileChanges(
  file: JsonObject,
  settings: JsonObject,
  special: SpecialTokens,
  { className, known }: NamedClass,
): JsonObject | null {
  const changes = {
    normalizer: changedNormalizer(objectOf(file.normalizer), settings),
    pre_tokenizer: changedPrefix(objectOf(file.pre_tokenizer), 'ByteLevel', settings),
    post_processor:
      changedEnds(file, settings, special, endsOf(className, known)) ??
      changedPrefix(objectOf(file.post_processor), 'RobertaProcessing', settings),
    added_tokens: tokensInCapitals(file),
  };
  const changed = Object.entries(changes).filter(([, part]) => part !== null);
  return changed.length > 0 ? Object.fromEntries(changed) : null;
}

/** Null also where a token has no id in the file: then its own ends stay. */
function changedEnds(
  file: JsonObject,
  settings: JsonObject,
  special: SpecialTokens,
  around: NativeClass['around'] | null,
): JsonObject | null {
  if (!around) return null;
  const added = Array.isArray(file.added_tokens) ? file.added_tokens.map(objectOf) : [];
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  let isWhole = true;
  const ends = around({ folder: '', settings, special }, (token) => {
    const id = ids.get(token);
    if (typeof id === 'number') return id;
    isWhole = false;
    return 0;
  });
  return isWhole ? ends : null;
}

function endsOf(className: string | null, known: NativeClass | null): NativeClass['around'] | null {
  if (className !== null && namedEnds.has(className)) return aroundLlama;
  return known?.languages ? known.around : null;
}

/** Whether the first word is read as if a space stood before it is said by tokenizer_config.json, or else not so. */
function changedPrefix(part: JsonObject, type: string, settings: JsonObject): JsonObject | null {
  const wanted = settings.add_prefix_space === true;
  return part.type === type && part.add_prefix_space !== wanted ? { ...part, add_prefix_space: wanted } : null;
}

/** The library gives back a special token that is normalised in lower case, and then takes it for a word of the text. */
function tokensInCapitals({ added_tokens, normalizer }: JsonObject): readonly JsonObject[] | null {
  if (!Array.isArray(added_tokens) || !/"lowercase":true|"Lowercase"/.test(JSON.stringify(normalizer))) return null;
  const tokens = added_tokens.map(objectOf);
  const isLowered = ({ content, special, normalized }: JsonObject) =>
    special === true && normalized === true && /[A-Z]/.test(String(content));
  if (!tokens.some(isLowered)) return null;
  return tokens.map((token) => (isLowered(token) ? { ...token, normalized: false } : token));
}

/** BERT's switches of tokenizer_config.json win over those in tokenizer.json, as in Python; null when they agree. */
function changedNormalizer(normalizer: JsonObject, settings: JsonObject): JsonObject | null {
  if (normalizer.type !== 'BertNormalizer') return null;
  const switches = [
    ['lowercase', 'do_lower_case'],
    ['strip_accents', 'strip_accents'],
    ['handle_chinese_chars', 'tokenize_chinese_chars'],
  ] as const;
  const changed: Record<string, unknown> = { ...normalizer };
  let differs = false;
  for (const [key, setting] of switches) {
    const value = settings[setting];
    if (typeof value !== 'boolean' || value === normalizer[key]) continue;
    changed[key] = value;
    differs = true;
  }
  return differs ? changed : null;
}
