export interface Deadline {
  /** Aborts with a TimeoutError after the time, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  /** The work is over: lets go of the timer. */
  end(): void;
}

/**
 * A signal for work that may take `ms` and ends with `outer`. Not `AbortSignal.any([AbortSignal.timeout(ms), …])`: Node 20
 * collects that timeout as garbage before it fires.
 */
export function deadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const end = (): void => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', follow);
  };
  const follow = (): void => {
    controller.abort(outer?.reason);
    end();
  };
  const timer = setTimeout(() => controller.abort(new DOMException('The time is up', 'TimeoutError')), ms);
  outer?.addEventListener('abort', follow, { once: true });
  if (outer?.aborted) follow();
  return { signal: controller.signal, end };
}

/** The value, or undefined when it takes longer, or cannot be had: why is for others to tell. */
export async function within<T>(value: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([value.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
