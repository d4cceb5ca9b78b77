import { readSnapshotJson, unavailable } from '../../snapshot/snapshotFiles.js';
import { strip } from '../pythonText.js';
import { readSentencePiece, type SentencePieceModel } from '../sentencePiece/model.js';
import { spaceMark } from '../sentencePiece/normalize.js';
import { type SentencePieceProcessor, sentencePieceProcessor } from '../sentencePiece/processor.js';
import type { SpecialTokens } from '../specialTokens.js';
import type { SlowKind } from './slowTokenizer.js';
import { vocabularyOf } from './vocabulary.js';

/**
 * Marian: pieces by source.spm, their ids by vocab.json, a `>>language<<` at the start is one token; ids become text by
 * target.spm. With vocabularies apart, the ids of answers are those of target_vocab.json.
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export async function readMarian(folder: string, special: SpecialTokens): Promise<SlowKind> {
  const source = sentencePieceProcessor(await needed(folder, 'source.spm'));
  const target = sentencePieceProcessor(await needed(folder, 'target.spm'));
  const json = await readSnapshotJson(folder, 'vocab.json');
  if (!json) throw unavailable('it has no vocab.json, which holds the ids of its pieces');
  const vocabulary = vocabularyOf(json, 'vocab.json');
  const targetJson = await readSnapshotJson(folder, 'target_vocab.json');
  const answers = targetJson ? vocabularyOf(targetJson, 'target_vocab.json') : vocabulary;
  const unknown = special.named('unk_token') ?? '<unk>';
  const end = vocabulary.idOf(special.named('eos_token') ?? '</s>');
  if (end === null || vocabulary.idOf(unknown) === null)
    throw unavailable('vocab.json lacks the end of a text, or the unknown token');
  return {
    cut: (text) => cut(text, source),
    ownId: (token) => vocabulary.idOf(token),
    unknownId: vocabulary.idOf(unknown),
    tokenOf: (id) => answers.tokenOf(id) ?? unknown,
    text: (tokens) => textOf(tokens, target, new Set(special.all)),
    ending: [end],
    vocabularySize: vocabulary.size,
  };
}

async function needed(folder: string, name: string): Promise<SentencePieceModel> {
  const model = await readSentencePiece(folder, name);
  if (!model) throw unavailable(`it has no ${name}, which its tokenizer needs`);
  return model;
}

function cut(text: string, source: SentencePieceProcessor): readonly string[] {
  const end = text.startsWith('>>') ? text.indexOf('<<') : -1;
  if (end < 0) return source.pieces(text);
  return [text.slice(0, end + 2), ...source.pieces(text.slice(end + 2))];
}

/** Special tokens stand in the text as they are, with a space behind. */
function textOf(tokens: readonly string[], target: SentencePieceProcessor, special: ReadonlySet<string>): string {
  let text = '';
  let run: string[] = [];
  for (const token of tokens) {
    if (!special.has(token)) {
      run.push(token);
      continue;
    }
    text += `${target.text(run)}${token} `;
    run = [];
  }
  return strip((text + target.text(run)).replaceAll(spaceMark, ' '));
}
