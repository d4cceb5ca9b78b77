import os from 'node:os';
import proxyaddr from 'proxy-addr';
import { graphLabels } from './graphs.js';
import { logLevels } from './log.js';
import type { Options } from './options.js';

/** One option: how its text is read (undefined = it cannot be), what it takes (said when it does not), and its default. */
export interface OptionRow<T> {
  readonly parse: (text: string) => T | undefined;
  readonly takes: string;
  readonly fallback: T;
}

function text(fallback: string): OptionRow<string> {
  return { parse: (value) => (value === '' ? undefined : value), takes: 'a text', fallback };
}

function optionalText(): OptionRow<string | null> {
  return { parse: (value) => (value === '' ? null : value), takes: 'a text', fallback: null };
}

/** A secret that can stand in a header and in an address. */
function optionalSecret(): OptionRow<string | null> {
  const parse = (value: string): string | undefined => (/^[\x21-\x7e]+$/.test(value) ? value : undefined);
  return { parse, takes: 'letters, digits and signs without spaces, such as hf_…', fallback: null };
}

function integer(fallback: number, least: number, most: number): OptionRow<number> {
  const parse = (value: string): number | undefined => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };
  return { parse, takes: `a whole number from ${least} to ${most}`, fallback };
}

function decimal(fallback: number, least: number, most: number): OptionRow<number> {
  const parse = (value: string): number | undefined => {
    const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };
  return { parse, takes: `a number from ${least} to ${most}`, fallback };
}

const words = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

function flag(fallback: boolean): OptionRow<boolean> {
  return { parse: (value) => words.get(value.toLowerCase()), takes: 'true or false', fallback };
}

function oneOf<const T extends string>(values: readonly T[], fallback: T): OptionRow<T> {
  return { parse: (value) => values.find((one) => one === value), takes: values.join(', '), fallback };
}

const units = new Map(
  Object.entries({ b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 }),
);

function bytes(fallback: number): OptionRow<number> {
  const parse = (value: string): number | undefined => {
    const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value) ?? [];
    const size = Math.floor(Number(count) * (units.get(unit?.toLowerCase() || 'b') ?? Number.NaN));
    return Number.isSafeInteger(size) ? size : undefined;
  };
  return { parse, takes: 'a size such as 500MiB or 5GB', fallback };
}

/** What stands between commas, without blanks. */
function listed(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function addresses(): OptionRow<readonly string[]> {
  const parse = (value: string): readonly string[] | undefined => {
    const found = listed(value);
    try {
      proxyaddr.compile(found);
      return found;
    } catch {
      return undefined;
    }
  };
  return { parse, takes: 'addresses or networks such as 127.0.0.1, 10.0.0.0/8, separated by commas', fallback: [] };
}

/** Ids of repositories. */
function repositoryIds(): OptionRow<readonly string[]> {
  const parse = (value: string): readonly string[] | undefined => {
    const found = listed(value);
    return found.every((id) => /^[\w.-]+\/[\w.-]+$/.test(id)) ? found : undefined;
  };
  return { parse, takes: 'ids such as owner/name, separated by commas', fallback: [] };
}

const hostEntry = /^(?:(?:\*\.)?[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** No hosts, all of them, or a list of `host`, `*.host`, addresses of IP (IPv6 in brackets), each with `:port` or without. */
function hosts(): OptionRow<boolean | readonly string[]> {
  const parse = (value: string): boolean | readonly string[] | undefined => {
    const word = words.get(value.toLowerCase());
    if (word !== undefined) return word;
    const found = listed(value.toLowerCase());
    return found.length > 0 && found.every((host) => hostEntry.test(host)) ? found : undefined;
  };
  return { parse, takes: 'true, false, or hosts such as example.org, *.example.org, 10.1.2.3:8080', fallback: false };
}

/** Hosts as a policy for the content of pages can name them: no addresses in brackets. */
function frameHosts(): OptionRow<readonly string[]> {
  const parse = (value: string): readonly string[] | undefined => {
    const found = listed(value.toLowerCase());
    return found.every((host) => !host.startsWith('[') && hostEntry.test(host)) ? found : undefined;
  };
  return { parse, takes: 'hosts such as tracker.example.org, *.example.org, 10.1.2.3:5000', fallback: [] };
}

function url(): OptionRow<string | null> {
  const parse = (value: string): string | null | undefined => {
    if (value === '') return null;
    if (!URL.canParse(value)) return undefined;
    const { protocol, origin, href } = new URL(value);
    // No path, since pages link from the root of the host.
    return /^https?:$/.test(protocol) && href.replace(/\/+$/, '') === origin ? origin : undefined;
  };
  return { parse, takes: 'an address without a path, such as https://hub.example.org', fallback: null };
}

type OptionPath = {
  [K in keyof Options]: Options[K] extends Plain ? K : `${K}.${keyof Options[K] & string}`;
}[keyof Options];
type Plain = string | number | boolean | null | readonly string[];
type ValueAt<Path> = Path extends keyof Options
  ? Options[Path]
  : Path extends `${infer Group extends keyof Options}.${infer Name}`
    ? Options[Group][Name & keyof Options[Group]]
    : never;

/** Every option by its dotted name. default.yaml and docs/options.md name the same ones; a test compares. */
export const optionTable = {
  host: text('127.0.0.1'),
  port: integer(5080, 0, 65_535),
  dataDir: text('./data'),
  baseUrl: url(),
  log: oneOf(logLevels, 'info'),
  trustProxy: addresses(),
  registration: oneOf(['closed', 'open'], 'closed'),
  anonymousRead: flag(true),
  anonymousInference: flag(true),
  createOnPush: flag(true),
  newRepoVisibility: oneOf(['public', 'private'], 'public'),
  demo: flag(true),
  externalImages: flag(true),
  'card.embedHosts': frameHosts(),
  contact: optionalText(),
  'admin.password': optionalText(),
  'admin.token': optionalSecret(),
  'git.maxReceivePack': integer(4, 1, 256),
  'git.maxUploadPack': integer(8, 1, 256),
  'git.maxPushBytes': bytes(5 * 2 ** 30),
  'git.maxBlobBytes': bytes(10 * 2 ** 20),
  'git.idleTimeoutSeconds': integer(120, 5, 3600),
  'lfs.maxObjectBytes': bytes(50 * 2 ** 30),
  'lfs.linkSeconds': integer(3600, 60, 86_400),
  'xet.epochDays': integer(30, 1, 3650),
  'xet.graceDays': integer(2, 1, 365),
  'storage.floorBytes': bytes(500 * 2 ** 20),
  'maintenance.repackHours': integer(24, 1, 8760),
  'maintenance.gcGraceHours': integer(24, 0, 8760),
  'maintenance.sweepSeconds': integer(10, 1, 3600),
  'inference.enabled': flag(true),
  'inference.threads': integer(Math.max(1, Math.min(4, os.availableParallelism())), 1, 64),
  'inference.minThreads': integer(1, 1, 64),
  'inference.threadIdleSeconds': integer(60, 1, 86_400),
  'inference.memoryBytes': bytes(Math.floor(os.totalmem() / 4)),
  'inference.deadlineSeconds': integer(60, 1, 3600),
  'inference.maxQueue': integer(64, 1, 10_000),
  'inference.maxBatch': integer(16, 1, 256),
  'inference.batchWaitMs': integer(1, 0, 1000),
  'inference.pinned': repositoryIds(),
  'inference.idleMinutes': integer(60, 0, 525_600),
  'inference.preloadPercent': integer(50, 0, 100),
  'inference.graph': oneOf(['auto', ...graphLabels], 'auto'),
  'inference.int8': flag(false),
  'inference.int8Cosine': decimal(0.998, 0.9, 1),
  'inference.cacheBytes': bytes(64 * 1_048_576),
  'inference.measure': flag(true),
  'inference.callsPerMinute': integer(600, 0, 1_000_000),
  'inference.anonymousCallsPerMinute': integer(60, 0, 1_000_000),
  'inference.limitLoopback': flag(false),
  'inference.fetchUrls': hosts(),
  'inference.fetchPrivate': flag(false),
  'webhooks.allowPrivate': flag(false),
} as const satisfies { readonly [Path in OptionPath]: OptionRow<ValueAt<Path>> };

export type OptionName = keyof typeof optionTable;

/** `a.bC` → `HUBSTEAD_A_B_C`; underscores inside do not count when one is read, so `HUBSTEAD_A_BC` is the same. */
export function environmentName(option: string): string {
  return `HUBSTEAD_${option
    .replace(/([A-Z])/g, '_$1')
    .replace(/\./g, '_')
    .toUpperCase()}`;
}

/** `a.bC` → `--a-b-c`. */
export function flagName(option: string): string {
  return `--${option
    .replace(/([A-Z])/g, '-$1')
    .replace(/\./g, '-')
    .toLowerCase()}`;
}
