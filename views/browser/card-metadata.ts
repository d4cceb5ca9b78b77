/*
 * The form of a card's metadata and its text follow each other: what is changed in one is sent to the hub, which gives both back as
 * they belong together, with what is wrong. The side that was edited last wins.
 */
const restMs = 700;

interface Answer {
  readonly text: string;
  readonly html: string;
}

/** Without a form of metadata this does nothing. */
export function followMetadata(form: HTMLFormElement, area: HTMLTextAreaElement): void {
  let asked: AbortController | null = null;
  let timer = 0;
  const box = (): HTMLElement | null => form.querySelector('[data-metadata]');
  if (!box()) return;

  const ask = async (): Promise<void> => {
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    const sent = area.value;
    const answer = await post(form, mine.signal);
    if (!answer || mine.signal.aborted) return;
    // Somebody wrote on meanwhile: once more, with that.
    if (area.value !== sent) return ask();
    if (answer.text !== sent) setText(area, answer.text);
    swap(box()!, answer.html);
    form.dispatchEvent(new Event('input'));
  };

  form.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && 'many' in target.dataset) suggestNext(target);
  });
  form.addEventListener('change', (event) => {
    if (box()!.contains(event.target as Node)) void ask();
  });
  area.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), restMs);
  });
}

/** In a list a suggestion goes on behind the last comma; browsers know lists of one only. */
function suggestNext({ list, value }: HTMLInputElement): void {
  const before = value.slice(0, value.lastIndexOf(',') + 1);
  for (const option of list?.options ?? []) {
    option.dataset.id ??= option.value;
    option.value = before ? `${before} ${option.dataset.id}` : option.dataset.id;
  }
}

/** Null where the hub cannot be asked, or cannot write the fields into the text: committing says why. */
async function post(form: HTMLFormElement, signal: AbortSignal): Promise<Answer | null> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
  body.set('do', 'check');
  try {
    const response = await fetch(form.action, { method: 'POST', body, headers: { 'X-Fragment': 'metadata' }, signal });
    if (!response.ok || !response.headers.get('Content-Type')?.startsWith('application/json')) return null;
    return (await response.json()) as Answer;
  } catch {
    return null;
  }
}

function setText(area: HTMLTextAreaElement, text: string): void {
  const { scrollTop, selectionStart, selectionEnd } = area;
  area.value = text;
  area.setSelectionRange(selectionStart, selectionEnd);
  area.scrollTop = scrollTop;
}

/** Puts the form in its place as the hub drew it; what is open, focused and half written there stays. */
function swap(old: HTMLElement, html: string): void {
  const fresh = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
  if (!(fresh instanceof HTMLDetailsElement) || !(old instanceof HTMLDetailsElement)) return;
  fresh.open = old.open;
  const folds = fresh.querySelectorAll('details');
  for (const [index, fold] of old.querySelectorAll('details').entries())
    if (folds[index]) folds[index].open = fold.open;
  const active = document.activeElement;
  const isInside = active !== null && old.contains(active);
  fresh.querySelector('[autofocus]')?.removeAttribute('autofocus');
  old.replaceWith(fresh);
  if (!isInside || !active.id) return;
  const twin = document.getElementById(active.id);
  if (twin instanceof HTMLInputElement && active instanceof HTMLInputElement && twin.value !== active.value) {
    twin.value = active.value;
    twin.setSelectionRange(active.selectionStart, active.selectionEnd);
  }
  twin?.focus({ preventScroll: true });
}
