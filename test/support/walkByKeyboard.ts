import type { Page } from './browser.js';

const mostStops = 500;

interface Box {
  readonly type?: string;
  readonly outerHTML: string;
  readonly tabIndex: number;
  readonly nextElementSibling: Box | null;
  getBoundingClientRect(): { x: number; y: number; width: number; height: number };
  checkVisibility(): boolean;
  contains(other: unknown): boolean;
}

interface Window {
  stops?: Set<Box>;
  lastStop?: Box;
  readonly innerHeight: number;
  readonly document: {
    readonly activeElement: Box;
    readonly body: Box;
    elementFromPoint(x: number, y: number): Box | null;
    querySelectorAll(selector: string): Iterable<Box>;
    querySelector(selector: string): Box | null;
  };
  getComputedStyle(element: Box, pseudo?: string): { readonly outlineStyle: string };
}

/** Presses Tab once round the page. @returns controls that it does not reach, and those on which it cannot be seen where one is */
export async function walkByKeyboard(page: Page): Promise<readonly string[]> {
  const unseen: string[] = [];
  for (let stops = 0; stops < mostStops; stops++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(nextStop);
    if (stop === 'round') break;
    const found = stop === 'new' && (await page.evaluate(unseenFocus));
    if (found) unseen.push(`focus that is not seen: ${found}`);
  }
  const missed = await page.evaluate(unreached);
  return [...unseen, ...missed.map((html) => `not reached by Tab: ${html}`)];
}

/** Opens each menu by keyboard and leaves it by Escape. @returns those that stay open or keep the focus from their button */
export async function leaveMenus(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  const menus = page.locator(':is(.menu, .site-menu) > summary:visible');
  for (const summary of await menus.all()) {
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    const isLeft = await summary.evaluate((element) => {
      const { parentElement, ownerDocument } = element as unknown as {
        parentElement: { open: boolean };
        ownerDocument: { activeElement: unknown };
      };
      return !parentElement.open && ownerDocument.activeElement === (element as unknown);
    });
    if (!isLeft) faults.push(`a menu that Escape does not leave: ${await summary.textContent()}`);
  }
  return faults;
}

/** Runs in the page. @returns `round` where the walk was at this control before */
function nextStop(): 'new' | 'more of it' | 'round' {
  const window = globalThis as unknown as Window;
  const { activeElement: element, body } = window.document;
  window.stops ??= new Set();
  // Behind the last control comes the first: a page may put the focus into its middle.
  if (element === body) return 'more of it';
  // A date has a stop for each of its parts.
  const isNextPart =
    element === window.lastStop && /^(?:date|time|month|week|datetime-local)$/.test(element.type ?? '');
  window.lastStop = element;
  if (isNextPart) return 'more of it';
  const wasHere = window.stops.has(element);
  window.stops.add(element);
  return wasHere ? 'round' : 'new';
}

/** Runs in the page. @returns the focused control where it cannot be seen, else null */
export function unseenFocus(): string | null {
  const window = globalThis as unknown as Window;
  const { activeElement: element, body } = window.document;
  if (element === body) return null;
  const { x, y, width, height } = element.getBoundingClientRect();
  // A control may draw its outline around the label that follows, or around all of its row.
  const label = element.nextElementSibling;
  const isOutlined =
    window.getComputedStyle(element).outlineStyle !== 'none' ||
    window.getComputedStyle(element, '::after').outlineStyle !== 'none' ||
    (label !== null && window.getComputedStyle(label).outlineStyle !== 'none');
  const isOnScreen = y >= 0 && y + Math.min(height, 100) <= window.innerHeight + 1;
  const top = window.document.elementFromPoint(x + width / 2, Math.min(y + height / 2, window.innerHeight - 1));
  const isUncovered = top !== null && (element.contains(top) || top.contains(element) || !!label?.contains(top));
  return isOutlined && isOnScreen && isUncovered ? null : element.outerHTML.slice(0, 160);
}

/** Runs in the page. Of radio buttons one is a stop. */
function unreached(): string[] {
  const { document, stops } = globalThis as unknown as Window;
  const controls = document.querySelectorAll(
    'a[href], button:enabled, input:enabled:not([type=hidden], [type=radio]), select, textarea, summary, [tabindex="0"]',
  );
  return [...controls]
    .filter((element) => element.tabIndex >= 0 && element.checkVisibility() && !stops?.has(element))
    .map((element) => element.outerHTML.slice(0, 160));
}
