/** What the hub says of a file that it has now. */
export interface Stored {
  readonly oid: string;
  readonly size: number;
}

export interface Sending {
  readonly done: Promise<Stored>;
  /** ` · 3.2 MB/s · 40 s left`, once something is known. */
  pace(size: number): string;
  cancel(): void;
}

/** Speed is that of the last seconds. */
const windowMs = 5000;

/** Sends one file as the body of a request: only XMLHttpRequest tells how far it is. `done` fails with a sentence for people. */
export function sendFile(address: string, file: File, onProgress: (sent: number) => void): Sending {
  const request = new XMLHttpRequest();
  const steps: { at: number; sent: number }[] = [];
  const done = new Promise<Stored>((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded }) => {
      const at = performance.now();
      steps.push({ at, sent: loaded });
      while (steps.length > 2 && at - steps[0]!.at > windowMs) steps.shift();
      onProgress(loaded);
    });
    request.addEventListener('load', () => {
      const answer = answerOf(request);
      if (answer.stored) resolve(answer.stored);
      else reject(new Error(answer.error));
    });
    request.addEventListener('error', () => reject(new Error('the connection broke.')));
    request.addEventListener('abort', () => reject(new Error('it was stopped.')));
  });
  request.open('POST', address);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.send(file);
  return {
    done,
    pace: (size) => paceOf(steps, size),
    cancel: () => request.abort(),
  };
}

function answerOf({ status, responseText }: XMLHttpRequest): { stored?: Stored; error?: string } {
  try {
    const answer = JSON.parse(responseText) as Partial<Stored> & { error?: string };
    if (typeof answer.oid === 'string' && typeof answer.size === 'number')
      return { stored: { oid: answer.oid, size: answer.size } };
    if (answer.error) return { error: `${answer.error}.` };
  } catch {
    // A page, not an answer.
  }
  if (status < 400 || status === 401)
    return { error: 'you are no longer signed in. Sign in in another tab, then retry.' };
  return { error: `the hub answered with status ${status}.` };
}

function paceOf(steps: readonly { at: number; sent: number }[], size: number): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last || last.at - first.at < 500) return '';
  const bytesPerMs = (last.sent - first.sent) / (last.at - first.at);
  if (bytesPerMs <= 0) return '';
  const seconds = Math.ceil((size - last.sent) / bytesPerMs / 1000);
  return ` · ${(bytesPerMs / 1000).toFixed(1)} MB/s · ${timeLeft(seconds)} left`;
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}
