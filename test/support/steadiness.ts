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
  // What modules upgrade moves things in the next frames.
  await page.waitForTimeout(100);
  const [shifts, paints] = await page.evaluate(() =>
    ['layout-shift', 'largest-contentful-paint'].map((type) => {
      const observer = new PerformanceObserver(() => {});
      observer.observe({ type, buffered: true });
      const entries = observer.takeRecords() as (PerformanceEntry & { value?: number })[];
      observer.disconnect();
      return entries.map(({ startTime, value = 0 }) => ({ startTime, value }));
    }),
  );
  return {
    shift: shifts!.reduce((sum, { value }) => sum + value, 0),
    paintedMs: paints!.at(-1)?.startTime ?? null,
  };
}
