import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { repoId, repoKinds } from '../../../config/repo.js';
import type { RepoRow } from '../../accounts/types.js';
import { textOf } from '../../cards/textOf.js';
import type { Discussion, DiscussionEvent, Person } from '../../discussions/types.js';
import type { Services } from '../../services.js';

const date = z.iso.datetime();
/** Left out where the account is gone. */
const author = z.strictObject({ name: z.string() }).optional();

export const itemFields = {
  num: z.int(),
  title: z.string(),
  status: z.enum(['draft', 'open', 'closed', 'merged']),
  createdAt: date,
  isPullRequest: z.boolean(),
  numComments: z.int(),
  author,
  repo: z.strictObject({ name: z.string(), type: z.enum(repoKinds) }),
};

const version = z.strictObject({ raw: z.string(), html: z.string(), updatedAt: date, author });
const eventFields = { id: z.string(), createdAt: date, author };

export const eventShape = z.discriminatedUnion('type', [
  z.strictObject({
    ...eventFields,
    type: z.literal('comment'),
    data: z.strictObject({
      edited: z.boolean(),
      hidden: z.boolean(),
      hiddenBy: z.string().optional(),
      latest: version,
      numEdits: z.int(),
      history: z.array(version).describe('What it said before, the latest first.'),
    }),
  }),
  z.strictObject({ ...eventFields, type: z.literal('status-change'), data: z.strictObject({ status: z.string() }) }),
  z.strictObject({
    ...eventFields,
    type: z.literal('title-change'),
    data: z.strictObject({ from: z.string(), to: z.string() }),
  }),
  z.strictObject({
    ...eventFields,
    type: z.literal('commit'),
    data: z.strictObject({ oid: z.string(), subject: z.string() }),
  }),
]);

type Item = z.input<z.ZodObject<typeof itemFields>>;
export type EventAnswer = z.input<typeof eventShape>;

export function itemOf(row: RepoRow, discussion: Discussion): Item {
  const { num, title, status, comments, pullRequest } = discussion;
  return {
    num,
    title,
    status,
    createdAt: new Date(discussion.createdAtMs).toISOString(),
    isPullRequest: pullRequest !== null,
    numComments: comments,
    ...by(discussion.author),
    repo: { name: repoId(row.ref), type: row.ref.kind },
  };
}

const atOnce = 10;

/** Many comments that nobody read yet are some seconds of work: others are served between them. */
export async function eventsOf(
  services: Services,
  row: RepoRow,
  events: readonly DiscussionEvent[],
): Promise<EventAnswer[]> {
  const answers: EventAnswer[] = [];
  for (const event of events) {
    answers.push(await eventOf(services, row, event));
    if (answers.length % atOnce === 0) await setImmediate();
  }
  return answers;
}

/** What a hidden comment said is for nobody. */
export async function eventOf(services: Services, row: RepoRow, event: DiscussionEvent): Promise<EventAnswer> {
  const fields = { id: event.id, createdAt: new Date(event.atMs).toISOString(), ...by(event.author) };
  switch (event.type) {
    case 'comment': {
      const { versions, hidden } = event;
      const shown = hidden ? [{ raw: 'This comment has been hidden', atMs: hidden.atMs }] : versions;
      const all = await Promise.all(
        shown.map(async ({ raw, atMs }, index) => ({
          raw,
          html: index === shown.length - 1 ? await textOf(services, row.ref, raw, event.id) : '',
          updatedAt: new Date(atMs).toISOString(),
          ...by(event.author),
        })),
      );
      const data = {
        edited: versions.length > 1,
        hidden: hidden !== null,
        ...(hidden ? { hiddenBy: hidden.by } : {}),
        latest: all.at(-1)!,
        numEdits: versions.length - 1,
        history: all.slice(0, -1).toReversed(),
      };
      return { ...fields, type: 'comment', data };
    }
    case 'status-change':
      return { ...fields, type: event.type, data: { status: event.status } };
    case 'title-change':
      return { ...fields, type: event.type, data: { from: event.from, to: event.to } };
    case 'commit':
      return { ...fields, type: event.type, data: { oid: event.oid, subject: event.subject } };
  }
}

function by(person: Person | null): { author?: { name: string } } {
  return person ? { author: { name: person.name } } : {};
}
