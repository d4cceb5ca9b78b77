import { endWithHub } from '../runner/endWithHub.js';
import { failureOf } from '../runner/failure.js';
import { quantiseSnapshot } from './index.js';
import type { SearchMessage, SearchReply } from './messages.js';
import { type Measurer, searchPlan } from './search.js';

const lookMs = 250;

/** The process that searches for an int8 plan: it takes one message, gives one reply, and is ended by the hub. `speed` is for tests: it measures nothing. */
export function serveSearch(speed?: Measurer['speed']): void {
  endWithHub();
  process.once('message', ({ folder, leastCosine, memoryBytes }: SearchMessage) => {
    setInterval(() => {
      const reason = `its search took more than the ${Math.round(memoryBytes / 1e6)} MB that models may have`;
      if (process.memoryUsage.rss() > memoryBytes) reply({ ok: true, result: { file: null, reason } });
    }, lookMs);
    const search: typeof searchPlan = (groups, measurer, asked) =>
      searchPlan(
        groups,
        speed ? { closeness: (plan, texts) => measurer.closeness(plan, texts), speed } : measurer,
        asked,
      );
    quantiseSnapshot(folder, { leastCosine, search }).then(
      (result) => reply({ ok: true, result }),
      (error: unknown) => reply({ ok: false, failure: failureOf(error) }),
    );
  });
}

function reply(message: SearchReply): void {
  process.send?.(message);
}
