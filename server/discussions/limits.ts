import { HubError } from '../../config/errors.js';
import type { DiscussionStore } from './discussionStore.js';

export const maxTitleCharacters = 200;
export const maxCommentCharacters = 65_536;
/** A discussion is read whole by the clients. */
export const maxEvents = 2000;
/** With what is no comment: one that is full is closed and merged still. */
export const maxEventsOfAll = 2 * maxEvents;
/** Of all comments, with what they said before. */
export const maxTextOfAll = 2_000_000;
export const maxVersions = 30;

const hourMs = 3_600_000;
const anHour = { discussions: 60, events: 600 };
const shown = { discussions: 'new discussions in an hour', events: 'comments and changes of discussions in an hour' };

/** @throws HubError BAD_REQUEST */
export function checkedTitle(text: string): string {
  const title = text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
  // Nobody could click on what nobody sees.
  if (!/[^\p{C}\p{Z}\p{M}\u2800\u3164\u115f\u1160\uffa0]/u.test(title))
    throw new HubError('BAD_REQUEST', { reason: 'A title is needed' });
  if (title.length > maxTitleCharacters)
    throw new HubError('BAD_REQUEST', { reason: `A title has at most ${maxTitleCharacters} characters` });
  return title;
}

/** @throws HubError BAD_REQUEST */
export function checkedComment(text: string): string {
  if (text.trim() === '') throw new HubError('BAD_REQUEST', { reason: 'A comment says something' });
  return checkedText(text);
}

/** @throws HubError CONFLICT where a discussion would become longer than anybody reads */
export function checkRoom(
  store: Pick<DiscussionStore, 'countEvents' | 'textOf'>,
  discussionId: number,
  { text = '', events = maxEvents }: { readonly text?: string; readonly events?: number } = {},
): void {
  if (store.countEvents(discussionId) >= events)
    throw new HubError('CONFLICT', { reason: `A discussion has at most ${events} events; open another` });
  if (text !== '' && store.textOf(discussionId) + text.length > maxTextOfAll)
    throw new HubError('CONFLICT', { reason: `A discussion has at most ${maxTextOfAll} characters; open another` });
}

/** As a comment, but it may be empty: the text that a discussion begins with. @throws HubError BAD_REQUEST */
export function checkedText(text: string): string {
  if (text.length > maxCommentCharacters)
    throw new HubError('BAD_REQUEST', { reason: `A comment has at most ${maxCommentCharacters} characters` });
  return text.replaceAll('\r\n', '\n');
}

/** Nobody writes so much in an hour by hand. @throws HubError RATE_LIMITED */
export function checkRate(
  store: Pick<DiscussionStore, 'writtenSince'>,
  userId: number,
  kind: keyof typeof anHour,
  nowMs = Date.now(),
): void {
  if (store.writtenSince(userId, nowMs - hourMs)[kind] >= anHour[kind])
    throw new HubError('RATE_LIMITED', { what: shown[kind], seconds: 600 });
}
