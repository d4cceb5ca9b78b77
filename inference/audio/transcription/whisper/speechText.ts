import { roundedHalfEven } from '../chunks.js';
import { languageOfToken } from './languages.js';
import { mergeSequences, type SaidToken } from './mergeSequences.js';
import { wordsOf } from './words.js';

/** What Whisper said of a sound, or of one of its parts. */
export interface Transcript {
  /** Without the tokens that it was begun with. */
  readonly tokens: readonly number[];
  /** Seconds at which each token ends; null where words are not timed. */
  readonly times: readonly number[] | null;
  /** Seconds of the part, and of what it shares with its neighbours; null = it is the whole sound. */
  readonly part: { readonly length: number; readonly left: number; readonly right: number } | null;
}

/** What the tokens of a Whisper model mean. */
export interface WhisperTokens {
  /** The first token that is a time. */
  readonly firstTime: number;
  readonly special: ReadonlySet<number>;
  readonly end: number;
  /** Seconds from one time to the next. */
  readonly timeStep: number;
  tokenOf(id: number): string;
  /** Text of tokens, times left out. */
  decode(ids: readonly number[]): Promise<string>;
}

export interface SpeechChunk {
  readonly text: string;
  readonly timestamp: readonly [number | null, number | null];
  readonly language: string | null;
}

export interface SpeechText {
  readonly text: string;
  readonly chunks: readonly SpeechChunk[];
}

/** Frames of the encoder in one window, by which times of the next are moved. */
const windowFrames = 1500;

/**
 * The text of what was said, cut into chunks by the times in it, as transformers' `_decode_asr` does: parts of a long sound
 * share what lies at their ends, and times there are passed over until both parts have said what they heard.
 */
export async function speechText(
  transcripts: readonly Transcript[],
  tokens: WhisperTokens,
  stamps: boolean | 'word',
): Promise<SpeechText> {
  const reader = new Reader(tokens, stamps);
  for (const transcript of transcripts) await reader.read(transcript);
  const chunks = await reader.finish();
  const text = chunks.map((chunk) => chunk.text).join('');
  return { text, chunks: stamps === 'word' ? chunks.flatMap(({ words }) => words) : chunks };
}

interface ChunkWithWords extends SpeechChunk {
  readonly words: readonly SpeechChunk[];
}

class Reader {
  readonly #tokens: WhisperTokens;
  readonly #stamps: boolean | 'word';
  readonly #chunks: ChunkWithWords[] = [];
  /** What earlier parts said of the present chunk. */
  #before: (readonly SaidToken[])[] = [];
  #start: number | null = null;
  #language: string | null = null;
  /** Whether the next time belongs to one that was passed over. */
  #skips = false;
  /** Seconds before the part that is read. */
  #offset = 0;

  constructor(tokens: WhisperTokens, stamps: boolean | 'word') {
    this.#tokens = tokens;
    this.#stamps = stamps;
  }

  async read({ tokens, times, part }: Transcript): Promise<void> {
    const { firstTime, timeStep, special } = this.#tokens;
    if (part) this.#offset -= part.left;
    const firstOwn = part && part.left > 0 ? part.left / timeStep + firstTime : firstTime;
    const lastOwn = part && part.right > 0 ? this.#lastOwnTime(tokens, part.length - part.right) : null;
    const windows = new WindowTimes(tokens, firstTime, timeStep);
    let current: SaidToken[] = [];
    for (const [place, token] of tokens.entries()) {
      if (special.has(token)) {
        if (await this.#hearLanguage(token, current)) current = [];
      } else if (token < firstTime) {
        current.push({ id: token, time: times && this.#timeOf(times, place) });
      } else {
        const time = roundedHundredth((token - firstTime) * timeStep + this.#offset + windows.before(place));
        if (lastOwn !== null && token >= lastOwn) this.#skips = true;
        else if (this.#skips || (this.#before.length > 0 && token < firstOwn)) this.#skips = false;
        else if (this.#start === null) this.#start = time;
        else if (time !== this.#start) {
          this.#before.push(current);
          await this.#close(time);
          current = [];
        }
      }
    }
    if (part) this.#offset += part.length - part.right;
    if (current.length > 0) this.#before.push(current);
    else if (!this.#before.some((said) => said.length > 0)) {
      this.#before = [];
      this.#start = null;
    }
  }

  async finish(): Promise<readonly ChunkWithWords[]> {
    if (this.#before.length > 0) await this.#close(null);
    return this.#chunks;
  }

  /** The first time in what the next part hears too; times from there on are left to it. */
  #lastOwnTime(tokens: readonly number[], rightStart: number): number | null {
    const { firstTime, timeStep } = this.#tokens;
    let last: number | null = null;
    for (const token of tokens.toReversed()) {
      if (token < firstTime) continue;
      if (last !== null && (token - firstTime) * timeStep < rightStart) break;
      last = token;
    }
    return last;
  }

  #timeOf(times: readonly number[], place: number): readonly [number, number] {
    const start = place === 0 ? 0 : times[place - 1]!;
    return [roundedHundredth(start + this.#offset), roundedHundredth(times[place]! + this.#offset)];
  }

  /** Whether a chunk ended because another language began. */
  async #hearLanguage(token: number, current: readonly SaidToken[]): Promise<boolean> {
    const language = languageOfToken(this.#tokens.tokenOf(token));
    if (language === null) return false;
    const ends = this.#language !== null && language !== this.#language && !this.#stamps;
    if (ends) {
      this.#before.push(current);
      await this.#close(null);
    }
    this.#language = language;
    return ends;
  }

  async #close(end: number | null): Promise<void> {
    const said = mergeSequences(this.#before);
    const language = this.#language;
    const text = await this.#tokens.decode(said.map(({ id }) => id));
    const words = this.#stamps === 'word' ? await this.#wordsOf(said) : [];
    this.#chunks.push({ text, timestamp: [this.#start, end], language, words });
    this.#before = [];
    this.#start = null;
  }

  async #wordsOf(said: readonly SaidToken[]): Promise<readonly SpeechChunk[]> {
    const { end, decode } = this.#tokens;
    const words = await wordsOf(said, this.#language, end, decode);
    return words.map(({ text, places }) => ({
      text,
      timestamp: [said[places[0]!]!.time![0], said[places.at(-1)!]!.time![1]],
      language: this.#language,
    }));
  }
}

/** Times of a sound that was heard window by window begin anew in each. */
class WindowTimes {
  readonly #tokens: readonly number[];
  readonly #firstTime: number;
  readonly #timeStep: number;
  #latest = 0;
  #secondLatest = 0;
  #passed = 0;

  constructor(tokens: readonly number[], firstTime: number, timeStep: number) {
    this.#tokens = tokens;
    this.#firstTime = firstTime;
    this.#timeStep = timeStep;
  }

  /** Seconds of the windows before that of the time at `place`; to be asked for each in order. */
  before(place: number): number {
    const time = (this.#tokens[place]! - this.#firstTime) * this.#timeStep;
    const isTime = (at: number) => this.#tokens[at]! >= this.#firstTime;
    if (time < this.#latest) {
      const endedWithOne = place >= 2 && !(isTime(place - 1) && isTime(place - 2));
      if (endedWithOne) {
        this.#passed += this.#timeStep * windowFrames;
      } else {
        this.#latest = this.#secondLatest;
        this.#passed += this.#secondLatest;
      }
    }
    this.#secondLatest = this.#latest;
    this.#latest = time;
    return this.#passed;
  }
}

/** As Python rounds: a number that lies exactly between two hundredths goes to the even one. */
function roundedHundredth(seconds: number): number {
  return Number.isInteger(seconds * 8) ? roundedHalfEven(seconds * 100) / 100 : Number(seconds.toFixed(2));
}
