import { type JsonObject, readSnapshotJson, textOf, unavailable } from '../../snapshot/snapshotFiles.js';
import { strip } from '../pythonText.js';
import { readSentencePiece } from '../sentencePiece/model.js';
import { sentencePieceProcessor } from '../sentencePiece/processor.js';
import type { SpecialTokens } from '../specialTokens.js';
import type { SlowKind } from './slowTokenizer.js';
import { vocabularyOf } from './vocabulary.js';

/** Languages by `language_codes`, in the order of their ids, which stand behind the vocabulary. */
const m2m100Languages =
  'af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu'.split(
    ' ',
  );

const languageLists: Readonly<Record<string, readonly string[]>> = {
  m2m100: m2m100Languages,
  wmt21: 'en ha is ja cs ru zh de'.split(' '),
};

/** M2M-100: pieces by sentencepiece.bpe.model, ids by vocab.json, the language of a text before it. @throws HubError INFERENCE_UNAVAILABLE */
export async function readM2m100(folder: string, settings: JsonObject, special: SpecialTokens): Promise<SlowKind> {
  const model = await readSentencePiece(folder, 'sentencepiece.bpe.model');
  const json = await readSnapshotJson(folder, 'vocab.json');
  if (!model || !json) throw unavailable('it lacks sentencepiece.bpe.model or vocab.json, which its tokenizer needs');
  const processor = sentencePieceProcessor(model);
  const vocabulary = vocabularyOf(json, 'vocab.json');
  const unknown = special.named('unk_token') ?? '<unk>';
  const end = vocabulary.idOf(special.named('eos_token') ?? '</s>');
  const codes = textOf(settings.language_codes) ?? 'm2m100';
  const languages = Object.hasOwn(languageLists, codes) ? languageLists[codes]! : [];
  const languageTokens = languages.map((language) => `__${language}__`);
  const language = languages.indexOf(textOf(settings.src_lang) ?? 'en');
  if (end === null || language < 0)
    throw unavailable('its tokenizer has no end of a text, or does not know its language_codes or its src_lang');
  const isSpecial = new Set(special.all);
  return {
    cut: (text) => processor.pieces(text),
    ownId: (token) => {
      const index = languageTokens.indexOf(token);
      return index < 0 ? vocabulary.idOf(token) : vocabulary.size + index;
    },
    unknownId: vocabulary.idOf(unknown),
    tokenOf: (id) => languageTokens[id - vocabulary.size] ?? vocabulary.tokenOf(id) ?? unknown,
    text(tokens) {
      let text = '';
      let run: string[] = [];
      for (const token of tokens) {
        if (!isSpecial.has(token)) {
          run.push(token);
          continue;
        }
        text += processor.text(run) + token;
        run = [];
      }
      return strip(text + processor.text(run));
    },
    beginning: [vocabulary.size + language],
    ending: [end],
    vocabularySize: vocabulary.size,
    languages: {
      known: languages,
      of(name) {
        const index = languages.indexOf(name);
        const id = vocabulary.size + index;
        return index < 0 ? null : { id, before: [id], behind: [end] };
      },
    },
  };
}
