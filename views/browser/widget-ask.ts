const giveUpAfterMs = 120_000;
const firstPauseMs = 1000;
const longestPauseMs = 4000;

/** 'never': answer only when the model is loaded or the answer known; 'begin': load it, however long that takes. */
export type Load = 'begin' | 'never';

export interface Asking {
  readonly load: Load;
  /** An answer that the card gives to its example serves. */
  readonly ofCard: boolean;
  readonly signal: AbortSignal;
  /** Called each time the hub says that the model loads, with the piece of page that shows it, if there is one. */
  readonly onLoading: (loading: Element | null) => void;
}

/**
 * Posts a widget's form until there is an answer: a model that loads is waited for, then asked again, for two minutes at most.
 * @returns the piece of page to show, an error's included (its state is in `data-state`)
 * @throws Error with a sentence for people when the hub gives no such piece
 */
export async function askWidget(form: HTMLFormElement, { load, ofCard, signal, onLoading }: Asking): Promise<Element> {
  const body = bodyOf(form);
  if (ofCard) body.set('card', '1');
  const until = performance.now() + giveUpAfterMs;
  let header: Record<string, string> = load === 'never' ? { 'X-Load-Model': '0' } : { 'X-Wait-For-Model': 'false' };
  for (let pause = 0; ; pause = Math.min(longestPauseMs, pause * 2 || firstPauseMs)) {
    const response = await post(form, body, header, signal);
    const answer = await fragmentOf(response);
    if (!isLoading(response, answer)) return answer ?? unreadable(response);
    if (load === 'never') throw new Error('The model is loading.');
    if (performance.now() > until) throw new Error('The model did not load within two minutes. Try again later.');
    onLoading(answer);
    await rest(pause, signal);
    header = { 'X-Wait-For-Model': 'true' };
  }
}

/** A form without a file goes as text; a file that was not chosen is an empty one. */
function bodyOf(form: HTMLFormElement): URLSearchParams | FormData {
  const fields = new FormData(form);
  if ([...fields.values()].some((value) => value instanceof File && value.size > 0)) return fields;
  const body = new URLSearchParams();
  for (const [name, value] of fields) if (typeof value === 'string') body.append(name, value);
  return body;
}

async function post(
  form: HTMLFormElement,
  body: URLSearchParams | FormData,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const address = new URL(form.action);
  address.hash = '';
  try {
    return await fetch(address, { method: 'POST', body, headers: { 'X-Fragment': 'widget', ...headers }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error('The hub did not answer. Check the connection and try again.');
  }
}

async function fragmentOf(response: Response): Promise<Element | null> {
  const html = await response.text();
  const found = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
  return found instanceof HTMLElement && found.dataset.state ? found : null;
}

/** Busy is said with 202 by the widget's door, with 503 by whatever may stand before it. */
function isLoading({ status }: Response, answer: Element | null): boolean {
  return answer ? (answer as HTMLElement).dataset.state === 'loading' : status === 503;
}

function unreadable({ status }: Response): never {
  if (status === 429) throw new Error('Too many questions at once. Wait a little and try again.');
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
