import { HubError } from '../../config/errors.js';
import type { Accounts } from '../accounts/types.js';
import type { CallLimit } from '../callLimits/records.js';
import type { Services } from '../services.js';
import type { CommandArguments } from './index.js';

type LimitServices = Pick<Services, 'accounts' | 'callLimits'>;

/** Limits on calls of models that an administrator gives to users, organisations and tokens. */
export const limitCommands = {
  'limit set': async ({ accounts, callLimits }: LimitServices, args: CommandArguments) => {
    const subject = limitSubject(accounts, args);
    const before = callLimits.of(subject.kind, subject.subject);
    const perMinute = args.calls === undefined ? (before?.perMinute ?? null) : wholeNumber(args.calls, '--calls', 0);
    const priority =
      args.priority === undefined ? (before?.priority ?? 1) : wholeNumber(args.priority, '--priority', 1);
    callLimits.set({ ...subject, perMinute, priority });
    return limitLine({ ...subject, perMinute, priority });
  },
  'limit list': async ({ callLimits }: LimitServices) =>
    callLimits.list().map(limitLine).join('\n') || 'everybody has the limits of the hub',
  'limit remove': async ({ accounts, callLimits }: LimitServices, args: CommandArguments) => {
    const { kind, subject } = limitSubject(accounts, args);
    if (!callLimits.remove(kind, subject))
      throw new HubError('BAD_REQUEST', { reason: `${kind} ${subject} has no limit of its own` });
    return `${kind} ${subject} has the limits of the hub again`;
  },
};

/** A user before an organisation before a token: names may be numbers. @throws HubError BAD_REQUEST */
function limitSubject(accounts: Accounts, { who }: CommandArguments): Pick<CallLimit, 'kind' | 'subject'> {
  const name = typeof who === 'string' ? who : '';
  if (accounts.userByName(name)) return { kind: 'user', subject: name.toLowerCase() };
  if (accounts.ownerName(name)) return { kind: 'organization', subject: name.toLowerCase() };
  if (/^\d+$/.test(name)) return { kind: 'token', subject: name };
  throw new HubError('BAD_REQUEST', { reason: `There is no user or organisation ${name}, and it is no token's id` });
}

function limitLine({ kind, subject, perMinute, priority }: CallLimit): string {
  const calls =
    perMinute === null
      ? 'calls as the hub allows'
      : perMinute === 0
        ? 'calls without limit'
        : `${perMinute} calls a minute`;
  return `${kind} ${subject}  ${calls}  priority ${priority}`;
}

function wholeNumber(value: string | boolean | undefined, flag: string, least: number): number {
  const most = flag === '--priority' ? 100 : 1_000_000;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most && value !== '') return number;
  throw new HubError('BAD_REQUEST', { reason: `${flag} ${value}: takes a whole number from ${least} to ${most}` });
}
