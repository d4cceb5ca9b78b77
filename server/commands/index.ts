import { randomBytes } from 'node:crypto';
import { HubError, toHubError } from '../../config/errors.js';
import { nameProblem, parseRepoId, repoId } from '../../config/repo.js';
import { isReserved } from '../../config/reserved.js';
import type { OrganizationRole, Token, User } from '../accounts/types.js';
import { backup } from '../maintenance/backup.js';
import { collectGarbage } from '../maintenance/collectGarbage.js';
import { diagnose } from '../maintenance/doctor.js';
import { repackAll } from '../maintenance/schedule.js';
import type { Services } from '../services.js';
import { limitCommands } from './limits.js';

/** Arguments as the command line or the control socket give them. */
export type CommandArguments = Readonly<Record<string, string | boolean | undefined>>;

/** What a command prints, and whether its exit code is 1 although it did its work. */
export interface CommandResult {
  readonly output: string;
  readonly failed: boolean;
}

/** One administrator's command: does its work and returns the lines to print. */
type Command = (services: Services, args: CommandArguments) => Promise<string | CommandResult>;

/** Every command that acts on data. With a server running they run inside it; else in the process that was called. */
export const commands = {
  'user add': async ({ accounts }, args) => {
    const given = text(args.password);
    const password = given || randomBytes(12).toString('base64url');
    const user = await accounts.addUser({ name: text(args.name), password, isAdmin: args.admin === true });
    return given ? `added ${user.name}` : `added ${user.name}, password ${password}`;
  },
  'user password': async ({ accounts }, args) => {
    const password = text(args.password) || randomBytes(12).toString('base64url');
    await accounts.setPassword(userOf(accounts, args).id, password);
    return `password ${password}`;
  },
  'user list': async ({ accounts }) =>
    accounts
      .listUsers()
      .map((user) =>
        [user.name, user.isAdmin ? 'admin' : '', user.disabled ? 'disabled' : ''].filter(Boolean).join('  '),
      )
      .join('\n'),
  'user disable': async ({ accounts }, args) => {
    const user = userOf(accounts, args);
    accounts.setDisabled(user.id, true);
    return `disabled ${user.name}; sessions and tokens are revoked`;
  },
  'token add': async ({ accounts }, args) => {
    const role = text(args.role) || 'write';
    if (role !== 'read' && role !== 'write')
      throw new HubError('BAD_REQUEST', { reason: `--role ${role}: it is read or write` });
    return accounts.addToken(userOf(accounts, args).id, { label: text(args.label) || 'command line', role }).token;
  },
  'token list': async ({ accounts }, args) =>
    accounts
      .listTokens(userOf(accounts, args).id)
      .map((token) => [token.id, `${token.prefix}…`, token.role, lastUse(token), token.label].join('  '))
      .join('\n') || 'no tokens',
  'token revoke': async ({ accounts }, args) => {
    if (!accounts.revokeToken(Number(args.id)))
      throw new HubError('BAD_REQUEST', { reason: `There is no token ${args.id}` });
    return `revoked token ${args.id}`;
  },
  ...limitCommands,
  'org add': async ({ accounts }, args) => {
    const owner = accounts.userByName(text(args.owner));
    if (!owner) throw new HubError('BAD_REQUEST', { reason: `There is no user ${args.owner}` });
    accounts.addOrganization(text(args.name), owner.id);
    return `added ${args.name}`;
  },
  'org member': async ({ accounts }, args) => {
    const role = text(args.role);
    if (!/^(read|contributor|write|admin|none)$/.test(role)) {
      throw new HubError('BAD_REQUEST', { reason: `${role}: a role is read, contributor, write, admin or none` });
    }
    accounts.setMember(
      text(args.organization),
      userOf(accounts, args).id,
      role === 'none' ? null : (role as OrganizationRole),
    );
    return `${args.name} is ${role} of ${args.organization}`;
  },
  alias: async ({ accounts, catalog }, args) => {
    const name = text(args.name);
    const problem = nameProblem(name) ?? (isReserved(name) ? `"${name}" is reserved for the hub's own pages` : null);
    if (problem) throw new HubError('NAME_INVALID', { reason: problem });
    if (accounts.ownerName(name)) throw new HubError('NAME_TAKEN', { name });
    catalog.setAlias(name, parseRepoId('model', text(args.repo)));
    return `${args.name} leads to ${args.repo}`;
  },
  reindex: async ({ catalog, indexer, log, runProblems }, args) => {
    const wanted = text(args.repo).toLowerCase();
    let count = 0;
    const failed: string[] = [];
    for (const row of catalog.all()) {
      if (row.state === 'pending' || (wanted && `${row.ref.owner}/${row.ref.name}`.toLowerCase() !== wanted)) continue;
      count += 1;
      runProblems.forget(row.id);
      await indexer.reindex(row.ref).catch((error: unknown) => {
        log.error('a repository could not be indexed', { repo: repoId(row.ref), error });
        failed.push(`${repoId(row.ref)}: ${toHubError(error).message}`);
      });
    }
    if (wanted && count === 0) throw new HubError('REPO_NOT_FOUND');
    const done = count - failed.length;
    const lines = [`indexed ${done} ${done === 1 ? 'repository' : 'repositories'}`, ...failed];
    return { output: lines.join('\n'), failed: failed.length > 0 };
  },
  backup: async ({ data }, args) => {
    await backup(data, text(args.folder));
    return `copied to ${args.folder}; to restore, copy it back and start`;
  },
  gc: async (services) => {
    const { objectsRemoved, bytesFreed, grantsDropped } = await collectGarbage(services, Date.now());
    await services.xet.collect(Date.now());
    await repackAll(services, () => false);
    return `removed ${objectsRemoved} LFS objects (${bytesFreed} bytes), dropped ${grantsDropped} grants, repacked`;
  },
  doctor: diagnose,
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;

export async function perform(services: Services, name: CommandName, args: CommandArguments): Promise<CommandResult> {
  const result = await commands[name](services, args);
  return typeof result === 'string' ? { output: result, failed: false } : result;
}

function lastUse({ lastUsedAtMs }: Token): string {
  return lastUsedAtMs === null ? 'never used' : `used ${new Date(lastUsedAtMs).toISOString().slice(0, 16)}Z`;
}

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

function text(value: string | boolean | undefined): string {
  return typeof value === 'string' ? value : '';
}

function userOf(accounts: Services['accounts'], args: CommandArguments): User {
  const user = accounts.userByName(text(args.name));
  if (!user) throw new HubError('BAD_REQUEST', { reason: `There is no user ${args.name}` });
  return user;
}
