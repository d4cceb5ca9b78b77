import type { Page } from 'playwright-core';

/** What the browser measured while a page came. */
export interface Steadiness {
  /** Cumulative layout shift: 0 = nothing moved once it was shown. */
  readonly shift: number;
  /** When the largest part of it was painted; null = the browser does not say. */
  readonly paintedMs: number | null;
}

/** Above this, people press what they did not mean to. */
export const mostShift = 0.1;

/** To be asked once a page is loaded, before anything is pressed. */
export async function steadinessOf(page: Page): Promise<Steadiness> {
  return page.evaluate(async () => {
    const entriesOf = (type: string): PerformanceEntry[] => {
      const observer = new PerformanceObserver(() => {});
      observer.observe({ type, buffered: true });
      const entries = observer.takeRecords();
      observer.disconnect();
      return entries;
    };
    // Elements that modules upgrade move things in the next frames.
    for (let frame = 0; frame < 2; frame++) await new Promise((seen) => setTimeout(seen, 50));
    const shifts = entriesOf('layout-shift') as (PerformanceEntry & { value: number; hadRecentInput: boolean })[];
    const shift = shifts.reduce((sum, entry) => (entry.hadRecentInput ? sum : sum + entry.value), 0);
    return { shift, paintedMs: entriesOf('largest-contentful-paint').at(-1)?.startTime ?? null };
  });
}
