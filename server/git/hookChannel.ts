import type { Duplex } from 'node:stream';
import { deadline } from '../../config/deadline.js';
import { toHubError } from '../../config/errors.js';
import type { Log } from '../../config/log.js';
import { printable } from '../../hooks/text.js';
import { parseRefChanges } from '../../hooks/types.js';
import type { PushSession } from './pushSession.js';

/*
 * The hooks speak to the hub over descriptor 3: one end of a socket pair that the git of one push inherits, and its hooks
 * from it. Whoever holds it is that push, so there is nothing to prove, and no program to start that opens a connection.
 *
 *   question   pre-receive | update | post-receive, then `key value` lines (objects, alternates, quarantine, form, ref …), then end
 *   answer     `say …` for each line that the pusher reads, then accept or refuse
 *
 * The end of the hub closes the socket, which a waiting hook reads as the end of the file: pre-receive then refuses.
 */

const maxQuestionBytes = 16 * 1_048_576;
const checkWithinMs = 600_000;

export interface HookAnswer {
  readonly accepted: boolean;
  readonly text: string;
}

export interface HookHandlers {
  preReceive(
    session: PushSession,
    said: { lines: string; objectFolder: string; alternates: string; signal: AbortSignal },
  ): Promise<HookAnswer>;
  postReceive(session: PushSession, said: { lines: string; isQuiet: boolean }): Promise<string>;
}

/** Answers the hooks of one push until the channel closes; a check that is under way then is given up. */
export function answerHooks(
  channel: Duplex,
  session: PushSession,
  { handlers, log }: { handlers: HookHandlers; log: Log },
): void {
  const gone = new AbortController();
  channel.on('close', () => gone.abort());
  channel.on('error', () => {}); // the hook went away; 'close' follows
  let question = '';
  channel.setEncoding('utf8');
  channel.on('data', (chunk: string) => {
    question += chunk;
    if (question.length > maxQuestionBytes) {
      channel.removeAllListeners('data');
      channel.end(formatAnswer({ accepted: false, text: 'There are too many refs in this push.' }));
      return;
    }
    if (!question.endsWith('\nend\n')) return;
    const asked = question;
    question = '';
    const { signal, end } = deadline(checkWithinMs, gone.signal);
    answer(asked, session, handlers, signal)
      .finally(end)
      .catch((error: unknown): HookAnswer => {
        const hubError = toHubError(error);
        if (!gone.signal.aborted) log.error('a hook got no answer', { error: hubError.cause ?? hubError });
        return { accepted: false, text: printable(`The hub could not check this push: ${hubError.message}`) };
      })
      .then((given) => channel.write(formatAnswer(given)))
      .catch(() => {});
  });
}

async function answer(
  question: string,
  session: PushSession,
  handlers: HookHandlers,
  signal: AbortSignal,
): Promise<HookAnswer> {
  const [kind, ...lines] = question.split('\n');
  const said = (key: string): string => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1) ?? '';
  const refs = lines.filter((line) => line.startsWith('ref ')).join('\n');
  if (kind === 'pre-receive') {
    const objectFolder = said('quarantine') ? said('objects') : '';
    return handlers.preReceive(session, { lines: refs, objectFolder, alternates: said('alternates'), signal });
  }
  if (kind === 'update')
    return { accepted: parseRefChanges(refs).every(({ name }) => !session.leftOut.has(name)), text: '' };
  if (kind === 'post-receive') {
    const text = await handlers.postReceive(session, { lines: refs, isQuiet: said('form') === 'quiet' });
    return { accepted: true, text };
  }
  return { accepted: false, text: 'The hub does not know this hook.' };
}

function formatAnswer({ accepted, text }: HookAnswer): string {
  const lines = text ? text.replace(/\n$/, '').split('\n') : [];
  return `${lines.map((line) => `say ${line}\n`).join('')}${accepted ? 'accept' : 'refuse'}\n`;
}
