import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { Log } from '../../config/log.js';
import { LoneThread } from '../../inference/threads/loneThread.js';
import { siblingModule } from '../../inference/threads/siblingModule.js';
import { type CardOptions, plainCard, type RenderedCard } from '../../views/card/plainCard.js';
import { markup } from '../markup.js';
import type { CardTask } from './cardWorker.js';

/** Shorter cards are rendered where they are asked for, in some 10 ms: no Markdown of this length takes long. */
export const maxCharactersAtOnce = 2000;
/** A busy machine may be to blame: such cards are tried again later. */
const failureKeptMs = 600_000;
const maxKeptCharacters = 4_194_304;

export interface CardResult {
  readonly card: RenderedCard;
  /** False when something was left out because it took too long: not to be kept. */
  readonly isWhole: boolean;
}

/**
 * Renders cards. Markdown of some 100,000 characters takes a second, and some that people can write takes minutes: a thread
 * does it, beside the one that serves, and is ended when it takes too long.
 */
export class CardRenderer {
  readonly #thread = new LoneThread<CardTask, RenderedCard>(siblingModule(import.meta.url, 'cardWorker'), {
    idleMs: 60_000,
    heapMegabytes: 512,
  });
  readonly #log: Pick<Log, 'warn'>;
  readonly #deadlineMs: number;
  /** The deadline of a card begins when its turn comes. */
  readonly #turn = pLimit(1);
  readonly #running = new Map<string, Promise<CardResult>>();
  readonly #failed = new LRUCache<string, CardResult>({
    ttl: failureKeptMs,
    maxSize: maxKeptCharacters,
    sizeCalculation: ({ card }) => card.html.length + 1,
  });

  constructor(log: Pick<Log, 'warn'>, deadlineMs = 20_000) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * One card; two who ask for the same get the same. Past the deadline it is tried without its formulas, then given as it
   * was written. Never rejects.
   * @param key names the card and its options
   */
  async render(key: string, markdown: string, options: CardOptions): Promise<CardResult> {
    if (markdown.length <= maxCharactersAtOnce) {
      const { renderCard } = await markup.card();
      return { card: renderCard(markdown, options), isWhole: true };
    }
    const known = this.#failed.get(key) ?? this.#running.get(key);
    if (known) return known;
    const rendering = this.#turn(() => this.#render(markdown, options));
    this.#running.set(key, rendering);
    const result = await rendering;
    this.#running.delete(key);
    if (!result.isWhole) this.#failed.set(key, result);
    return result;
  }

  async #render(markdown: string, options: CardOptions): Promise<CardResult> {
    const whole = await this.#attempt({ markdown, options });
    if (whole) return { card: whole, isWhole: true };
    if (!/\$|\\\\\(/.test(markdown)) return { card: plainCard(markdown), isWhole: false };
    const withoutMath = await this.#attempt({ markdown, options: { ...options, withoutMath: true } });
    return { card: withoutMath ?? plainCard(markdown), isWhole: false };
  }

  async #attempt(task: CardTask): Promise<RenderedCard | null> {
    try {
      return await this.#thread.run(task, this.#deadlineMs);
    } catch (error) {
      this.#log.warn('a card could not be rendered', { card: task.options.linkBase, error });
      return null;
    }
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
