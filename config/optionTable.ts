import os from 'node:os';
import { logLevels } from './log.js';

/** One option: how its text is read, what it takes (said when it does not), and its default. */
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

function integer(fallback: number, least: number, most: number): OptionRow<number> {
  const parse = (value: string): number | undefined => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };
  return { parse, takes: `a whole number from ${least} to ${most}`, fallback };
}

function flag(fallback: boolean): OptionRow<boolean> {
  const words: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, 1: true, false: false, no: false, off: false, 0: false };
  return { parse: (value) => words[value.toLowerCase()], takes: 'true or false', fallback };
}

function oneOf<const T extends string>(values: readonly T[], fallback: T): OptionRow<T> {
  return { parse: (value) => values.find((one) => one === value), takes: values.join(', '), fallback };
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };

function bytes(fallback: number): OptionRow<number> {
  const parse = (value: string): number | undefined => {
    const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value);
    const unit = match && units[match[2]!.toLowerCase()];
    return match && unit !== undefined && unit !== null ? Math.floor(Number(match[1]) * unit) : undefined;
  };
  return { parse, takes: 'a size such as 500MiB or 5GB', fallback };
}

function list(fallback: readonly string[]): OptionRow<readonly string[]> {
  const parse = (value: string): readonly string[] => value.split(',').map((part) => part.trim()).filter(Boolean);
  return { parse, takes: 'a list, separated by commas', fallback };
}

function url(): OptionRow<string | null> {
  const parse = (value: string): string | null | undefined => {
    if (value === '') return null;
    if (!URL.canParse(value)) return undefined;
    const { protocol, search, hash } = new URL(value);
    return /^https?:$/.test(protocol) && !search && !hash ? value.replace(/\/+$/, '') : undefined;
  };
  return { parse, takes: 'an address such as https://hub.example.org', fallback: null };
}

/** Every option by its dotted name. default.yaml and docs/options.md name the same ones; a test compares. */
export const optionTable = {
  host: text('127.0.0.1'),
  port: integer(5080, 0, 65_535),
  dataDir: text('./data'),
  baseUrl: url(),
  log: oneOf(logLevels, 'info'),
  trustProxy: list([]),
  registration: oneOf(['closed', 'open'], 'closed'),
  anonymousRead: flag(true),
  anonymousInference: flag(true),
  createOnPush: flag(true),
  newRepoVisibility: oneOf(['public', 'private'], 'public'),
  demo: flag(true),
  externalImages: flag(true),
  'admin.password': optionalText(),
  'admin.token': optionalText(),
  'git.maxReceivePack': integer(4, 1, 256),
  'git.maxUploadPack': integer(8, 1, 256),
  'git.maxPushBytes': bytes(5 * 2 ** 30),
  'git.maxBlobBytes': bytes(10 * 2 ** 20),
  'git.idleTimeoutSeconds': integer(120, 5, 3600),
  'lfs.maxObjectBytes': bytes(50 * 2 ** 30),
  'lfs.linkSeconds': integer(3600, 60, 86_400),
  'storage.floorBytes': bytes(500 * 2 ** 20),
  'maintenance.repackHours': integer(24, 1, 8760),
  'maintenance.gcGraceHours': integer(24, 0, 8760),
  'maintenance.sweepSeconds': integer(10, 1, 3600),
  'inference.enabled': flag(true),
  'inference.threads': integer(Math.max(1, Math.min(4, os.availableParallelism())), 1, 64),
  'inference.memoryBytes': bytes(Math.floor(os.totalmem() / 4)),
  'inference.deadlineSeconds': integer(60, 1, 3600),
  'inference.maxQueue': integer(64, 1, 10_000),
  'inference.graph': text('auto'),
} as const;

export type OptionName = keyof typeof optionTable;

/** `a.bC` → `HUBSTEAD_A_B_C`; underscores inside do not count when one is read, so `HUBSTEAD_A_BC` is the same. */
export function environmentName(option: string): string {
  return `HUBSTEAD_${option.replace(/([A-Z])/g, '_$1').replace(/\./g, '_').toUpperCase()}`;
}

/** `a.bC` → `--a-b-c`. */
export function flagName(option: string): string {
  return `--${option.replace(/([A-Z])/g, '-$1').replace(/\./g, '-').toLowerCase()}`;
}
