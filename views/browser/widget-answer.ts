/** What only makes sense with a script in an answer: percents, sorting, places that belong to rows, times that can be heard. */
export function upgradeAnswer(answer: Element, player: () => HTMLAudioElement | null): void {
  for (const element of answer.querySelectorAll<HTMLElement>(
    '[data-ways], [data-toggle], [data-continuing], [data-retry]',
  ))
    element.hidden = false;
  for (const row of answer.querySelectorAll<HTMLElement>('tr[data-part]')) row.tabIndex = 0;
  for (const kind of ['pointerover', 'focusin']) answer.addEventListener(kind, (event) => light(answer, partOf(event)));
  for (const kind of ['pointerleave', 'focusout']) answer.addEventListener(kind, () => light(answer, null));
  for (const button of answer.querySelectorAll<HTMLButtonElement>('[data-seek]')) button.disabled = player() === null;
  answer.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('button');
    if (!button) return;
    if ('percent' in button.dataset) percents(button);
    else if ('sort' in button.dataset) sort(button);
    else if (button.dataset.toggle) toggle(answer, button);
    else if (button.dataset.seek) hear(player(), Number(button.dataset.seek));
  });
}

function press(button: HTMLElement): boolean {
  const isOn = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(isOn));
  return isOn;
}

function percents(button: HTMLElement): void {
  const isOn = press(button);
  for (const cell of button.closest('.bars')!.querySelectorAll<HTMLElement>('[data-score]')) {
    const score = Number(cell.dataset.score);
    cell.textContent = isOn ? `${(score * 100).toFixed(1)} %` : score.toFixed(3);
  }
}

function sort(button: HTMLElement): void {
  const isOn = press(button);
  const body = button.closest('.bars')!.querySelector('tbody')!;
  const rows = [...body.rows];
  for (const [place, row] of rows.entries()) row.dataset.place ??= String(place);
  const scoreOf = (row: HTMLElement) => Number(row.querySelector<HTMLElement>('[data-score]')?.dataset.score);
  rows.sort((a, b) => (isOn ? scoreOf(b) - scoreOf(a) : Number(a.dataset.place) - Number(b.dataset.place)));
  body.append(...rows);
}

function partOf(event: Event): string | null {
  return (event.target as Element).closest<HTMLElement | SVGElement>('[data-part]')?.dataset.part ?? null;
}

/** All other places are dimmed. */
function light(answer: Element, part: string | null): void {
  for (const element of answer.querySelectorAll<HTMLElement | SVGElement>('[data-part]'))
    element.classList.toggle('dimmed', part !== null && element.dataset.part !== part);
}

function toggle(answer: Element, button: HTMLElement): void {
  const isShown = press(button);
  button.firstChild!.textContent = isShown ? 'Shown' : 'Hidden';
  const part = answer.querySelector(`.drawing [data-part="${button.dataset.toggle}"]`);
  part?.classList.toggle('unseen', !isShown);
}

function hear(player: HTMLAudioElement | null, seconds: number): void {
  if (!player) return;
  player.currentTime = seconds;
  void player.play().catch(() => {});
}
