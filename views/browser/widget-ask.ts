const giveUpAfterMs = 120_000;
/** Most models load in a moment; the others are asked after less and less often. */
const pausesMs = [250, 1000, 2000, 4000];

/** 'never': answer only when the model is loaded or the answer known; 'begin': load it, however long that takes. */
export type Load = 'begin' | 'never';

/** What goes on before there is an answer. */
export interface Ears {
  /** The hub says that the model loads, which takes about so long. */
  loads(seconds: number): void;
  /** The question waits at this place. */
  waits(position: number): void;
  /** A text is being written: the piece of page that it goes into. */
  begins(frame: Element): void;
  writes(text: string): void;
}

export interface Asking {
  readonly load: Load;
  /** An answer that the card gives to its example serves. */
  readonly ofCard: boolean;
  readonly signal: AbortSignal;
  readonly ears: Ears;
}

/**
 * Posts a widget's form until there is an answer: a model that loads is waited for, then asked again, for two minutes at most.
 * @returns the piece of page to show, an error's included (its state is in `data-state`)
 * @throws Error with a sentence for people when the hub gives no such piece
 */
export async function askWidget(form: HTMLFormElement, { load, ofCard, signal, ears }: Asking): Promise<Element> {
  const body = bodyOf(form);
  if (ofCard) body.set('card', '1');
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const asked = { form, body, load, signal: AbortSignal.any([signal, late.signal]) };
  const own: Ears = {
    ...ears,
    loads: (seconds) => {
      timer ??= setTimeout(() => late.abort(), giveUpAfterMs);
      ears.loads(seconds);
    },
    begins: (frame) => {
      clearTimeout(timer);
      ears.begins(frame);
    },
  };
  try {
    return await untilAnswered(asked, own);
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    throw new Error('The model did not load within two minutes. Try again later.');
  } finally {
    clearTimeout(timer);
  }
}

interface Asked {
  readonly form: HTMLFormElement;
  readonly body: URLSearchParams | FormData;
  readonly load: Load;
  readonly signal: AbortSignal;
}

async function untilAnswered(asked: Asked, ears: Ears): Promise<Element> {
  const { load, signal } = asked;
  const pauses = [...pausesMs];
  let header: Record<string, string> = load === 'never' ? { 'X-Load-Model': '0' } : { 'X-Wait-For-Model': 'false' };
  for (;;) {
    const { answer, status } = await post(asked, header, ears);
    if (!isLoading(status, answer)) return answer ?? unreadable(status);
    if (load === 'never') throw new Error('The model is loading.');
    ears.loads(Number(answer?.dataset.seconds));
    do await rest(pauses.length > 1 ? pauses.shift()! : pauses[0]!, signal);
    while (await isStillLoading(asked));
    header = { 'X-Wait-For-Model': 'true' };
  }
}

/** `Loaded`, `Loading`, `Loadable` and about how long a load takes; null where the hub does not say. */
export async function stateOf(
  form: HTMLFormElement,
  signal?: AbortSignal,
): Promise<{ readonly state: string; readonly seconds: number } | null> {
  try {
    const answer = await fetch(`/status${new URL(form.action).pathname}`, signal ? { signal } : {});
    const { state, estimated_time: seconds } = (await answer.json()) as { state: string; estimated_time?: number };
    return { state, seconds: seconds ?? 0 };
  } catch (error) {
    if (signal?.aborted) throw error;
    return null;
  }
}

async function isStillLoading({ form, signal }: Asked): Promise<boolean> {
  return (await stateOf(form, signal))?.state === 'Loading';
}

/** A form without a file goes as text; a file that was not chosen is an empty one. */
function bodyOf(form: HTMLFormElement): URLSearchParams | FormData {
  const fields = new FormData(form);
  if ([...fields.values()].some((value) => value instanceof File && value.size > 0)) return fields;
  const body = new URLSearchParams();
  for (const [name, value] of fields) if (typeof value === 'string') body.append(name, value);
  return body;
}

interface Posted {
  readonly status: number;
  readonly answer: HTMLElement | null;
}

async function post({ form, body, load, signal }: Asked, own: Record<string, string>, ears: Ears): Promise<Posted> {
  const address = new URL(form.action);
  address.hash = '';
  const headers = {
    'X-Fragment': 'widget',
    Accept: load === 'never' ? 'text/html' : 'text/event-stream, text/html',
    ...own,
  };
  try {
    const response = await fetch(address, { method: 'POST', body, headers, signal });
    const { status } = response;
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    return { status, answer: isStream ? await heard(response, ears) : pieceOf(await response.text()) };
  } catch (error) {
    if (signal.aborted || error instanceof BrokenOff) throw error;
    throw new Error('The hub did not answer. Check the connection and try again.');
  }
}

class BrokenOff extends Error {}

interface WidgetEvent {
  readonly position?: number;
  readonly text?: string;
  readonly html?: string;
}

/** The answer is the last piece of page among the events. */
async function heard(response: Response, ears: Ears): Promise<HTMLElement> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let gathered = '';
  let answer: HTMLElement | null = null;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const events = (gathered + value).split('\n\n');
    gathered = events.pop()!;
    for (const event of events) {
      const { position, text, html } = JSON.parse(event.slice('data: '.length)) as WidgetEvent;
      if (position) ears.waits(position);
      if (text) ears.writes(text);
      const piece = html ? pieceOf(html) : null;
      if (piece?.dataset.state === 'running') ears.begins(piece);
      else answer = piece ?? answer;
    }
  }
  if (!answer) throw new BrokenOff('The answer broke off. Try again.');
  return answer;
}

function pieceOf(html: string): HTMLElement | null {
  const found = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
  return found instanceof HTMLElement && found.dataset.state ? found : null;
}

/** Busy is said with 202 by the widget's door, with 503 by whatever may stand before it. */
function isLoading(status: number, answer: HTMLElement | null): boolean {
  return answer ? answer.dataset.state === 'loading' : status === 503;
}

function unreadable(status: number): never {
  if (status === 429) throw new Error('Too many questions at once. Wait a little and try again.');
  if (status === 413) throw new Error('What you send is too large. Take a shorter text or a smaller file.');
  throw new Error(`The hub gave no answer (status ${status}). Reload the page and try again.`);
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('cancelled'));
    });
  });
}
