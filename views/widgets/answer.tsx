import type { VNode } from 'preact';
import { isJsonObject } from '../../config/jsonObject.js';
import { Notice } from '../components/notice.js';
import { visibleText } from '../visibleText.js';
import { Bars, type Scored } from './bars.js';
import { Detected } from './boxes.js';
import { conversationOf, Thread } from './conversation.js';
import type { Picture } from './drawings.js';
import { Empty } from './empty.js';
import { type Entity, EntityText, isEntity } from './entities.js';
import { comparedSentences, type WidgetValues } from './inputs.js';
import { Depth, MadeImage, Segments } from './pictures.js';
import { listOf, numberOf } from './shapes.js';
import { Sound, Sounds, Voices } from './sounds.js';
import { Predictions, TableAnswer } from './tables.js';
import { VectorView } from './vectors.js';
import { Continued, Heard, TextBlock, Written } from './written.js';

interface AnswerProps {
  readonly output: unknown;
  readonly values: WidgetValues;
  /** What images were asked about. */
  readonly picture?: Picture | null;
}

/** How each task's answer is drawn; null = it has not the shape that the task has. */
const views: Readonly<Record<string, (answer: AnswerProps) => VNode | null>> = {
  'text-classification': ({ output }) => bars(scoredRows(output), 'No class.'),
  'zero-shot-classification': ({ output }) => bars(scoredRows(output), 'No class.'),
  'token-classification': entityView,
  'question-answering': answerView,
  'table-question-answering': TableAnswer,
  'tabular-classification': Predictions,
  'tabular-regression': Predictions,
  'fill-mask': fillingsView,
  'sentence-similarity': similarityView,
  'text-ranking': rankingView,
  'feature-extraction': ({ output }) => VectorView({ output }),
  'image-classification': ({ output }) => bars(scoredRows(output), 'No class.'),
  'zero-shot-image-classification': ({ output }) => bars(scoredRows(output), 'No class.'),
  'audio-classification': ({ output }) => bars(scoredRows(output), 'No class.'),
  'object-detection': ({ output, picture }) => Detected({ output, picture: picture ?? null }),
  'image-segmentation': ({ output, picture }) => Segments({ output, picture: picture ?? null }),
  'depth-estimation': ({ output }) => Depth({ output }),
  'image-feature-extraction': ({ output }) => VectorView({ output }),
  'text-generation': Continued,
  'text2text-generation': Written,
  summarization: Written,
  translation: Written,
  conversational: conversationView,
  'image-to-text': Written,
  'text-to-image': ({ output, values }) => MadeImage({ output, about: values.text ?? '', before: null }),
  'image-to-image': ({ output, values, picture }) =>
    MadeImage({ output, about: values.prompt ?? '', before: picture ?? null }),
  'visual-question-answering': answersView,
  'document-question-answering': answersView,
  'automatic-speech-recognition': Heard,
  'text-to-speech': ({ output }) => Sound({ output }),
  'text-to-audio': ({ output }) => Sound({ output }),
  'audio-to-audio': ({ output }) => Sounds({ output }),
  'voice-activity-detection': ({ output }) => Voices({ output }),
};

/**
 * What a model answered, in the form that suits the task. Outputs may be a card's, so nothing is taken for granted: one of
 * another shape is said to be so, and the JSON view below shows it.
 */
export function WidgetAnswer({ task, ...answer }: { readonly task: string } & AnswerProps) {
  return views[task]?.(answer) ?? plainText(answer.output) ?? <Unexpected />;
}

function Unexpected() {
  return (
    <Notice tone="danger" role="alert">
      <p>The model server gave an answer of an unexpected form: see the JSON output.</p>
    </Notice>
  );
}

function bars(rows: readonly Scored[] | null, empty: string): VNode | null {
  if (!rows) return null;
  return rows.length === 0 ? <Empty what={empty} /> : <Bars rows={rows} />;
}

/** `[{label, score}]`, also in a list of one, or the older `{labels, scores}`. */
function scoredRows(output: unknown): readonly Scored[] | null {
  if (isJsonObject(output)) {
    const { labels, scores } = output;
    if (!Array.isArray(labels) || !Array.isArray(scores)) return null;
    return labels.map((label, index) => ({ label: String(label), score: numberOf(scores[index]) ?? 0 }));
  }
  if (!Array.isArray(output)) return null;
  const rows: unknown[] = Array.isArray(output[0]) ? output[0] : output;
  return listOf(rows, (row) => {
    const score = isJsonObject(row) ? numberOf(row.score) : null;
    return isJsonObject(row) && score !== null ? { label: String(row.label), score } : null;
  });
}

function entityView({ output, values }: AnswerProps): VNode | null {
  if (!Array.isArray(output) || !output.every(isEntity)) return null;
  if (output.length === 0) return <Empty what="No entities found." />;
  return <EntityText text={values.text ?? ''} entities={output as readonly Entity[]} />;
}

function answerView({ output, values }: AnswerProps): VNode | null {
  const best: unknown = Array.isArray(output) ? output[0] : output;
  if (!isJsonObject(best) || typeof best.answer !== 'string') return null;
  const score = numberOf(best.score);
  if (best.answer.trim() === '') return <Empty what="The model found no answer in the context." />;
  return (
    <>
      <p class="widget-answer">
        <strong dir="auto">{best.answer}</strong> {score !== null && <span class="mono">{score.toFixed(3)}</span>}
      </p>
      <Found context={values.context ?? ''} start={numberOf(best.start)} end={numberOf(best.end)} />
    </>
  );
}

/** The answer where it stands. Offsets count code points. */
function Found({ context, start, end }: { context: string; start: number | null; end: number | null }) {
  if (start === null || end === null || end <= start) return null;
  const points = [...context];
  if (end > points.length) return null;
  return (
    <p class="widget-text" dir="auto">
      {points.slice(0, start).join('')}
      <mark>{points.slice(start, end).join('')}</mark>
      {points.slice(end).join('')}
    </p>
  );
}

function fillingsView({ output }: AnswerProps): VNode | null {
  if (!Array.isArray(output)) return null;
  const groups = Array.isArray(output[0]) ? listOf(output, fillings) : listOf([output], fillings);
  if (!groups) return null;
  const [only] = groups;
  if (groups.length === 1) return bars(only ?? null, 'No word.');
  return (
    <>
      {groups.map((rows, index) => (
        <section key={index}>
          <h3 class="widget-subtitle">Mask {index + 1}</h3>
          <Bars rows={rows} />
        </section>
      ))}
    </>
  );
}

function fillings(group: unknown): readonly Scored[] | null {
  if (!Array.isArray(group)) return null;
  return listOf(group, (row) => {
    if (!isJsonObject(row) || typeof row.token_str !== 'string') return null;
    return { label: tokenLabel(row.token_str), score: numberOf(row.score) ?? 0 };
  });
}

/** A space is part of many tokens: " capital" and "capital" are two. One that has nothing to see is written out. */
function tokenLabel(token: string): string {
  const written = visibleText(token);
  const isUnseen = written.replace(/\[U\+[0-9A-F]{4}\]/g, '') === '';
  return (isUnseen ? written : token).replace(/ /g, '␣');
}

function similarityView({ output, values }: AnswerProps): VNode | null {
  if (!Array.isArray(output)) return null;
  const scores = listOf(output, numberOf);
  if (!scores) return null;
  const sentences = comparedSentences(values);
  const rows = scores.map((score, index) => ({ label: sentences[index] ?? `Sentence ${index + 1}`, score }));
  return <Bars rows={rows} signed all sortable />;
}

/** `[{index, score}]`, best first. */
function rankingView({ output, values }: AnswerProps): VNode | null {
  if (!Array.isArray(output)) return null;
  const texts = comparedSentences(values);
  const rows = listOf(output, (row) => {
    const index = isJsonObject(row) ? numberOf(row.index) : null;
    const score = isJsonObject(row) ? numberOf(row.score) : null;
    return index === null || score === null ? null : { label: texts[index] ?? `Text ${index + 1}`, score };
  });
  return rows && <Bars rows={rows} all />;
}

function conversationView(answer: AnswerProps): VNode | null {
  const conversation = conversationOf(isJsonObject(answer.output) ? answer.output.conversation : null);
  return conversation.past_user_inputs.length > 0 ? <Thread conversation={conversation} /> : Written(answer);
}

/** `[{answer, score}]`; of documents the score may be absent. */
function answersView({ output }: AnswerProps): VNode | null {
  const answers: unknown[] = [output].flat();
  const texts = listOf(answers, (row) => (isJsonObject(row) && typeof row.answer === 'string' ? row.answer : null));
  if (!texts) return null;
  const scores = listOf(answers, (row) => (isJsonObject(row) ? numberOf(row.score) : null));
  if (scores)
    return bars(
      texts.map((label, index) => ({ label, score: scores[index]! })),
      'No answer.',
    );
  return (
    <>
      {texts.map((text, index) => (
        <TextBlock key={index} text={text} />
      ))}
    </>
  );
}

/** A card may give an answer as `text`. */
function plainText(output: unknown): VNode | null {
  if (!isJsonObject(output) || typeof output.text !== 'string') return null;
  return <TextBlock text={output.text} />;
}
