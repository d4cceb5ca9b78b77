import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { HubError } from './errors.js';
import { nearest } from './nearest.js';
import type { Options } from './options.js';
import { environmentName, flagName, type OptionName, optionTable } from './optionTable.js';
import { projectRoot } from './projectRoot.js';

export interface OptionSources {
  /** Values of flags by flag name (`--data-dir` → text). `--config` names a file instead of hubstead.yaml. */
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

const names = Object.keys(optionTable) as OptionName[];
/** Variables that begin like options and are none: those of the tests, and what git's hooks are told. */
const otherVariables = /^HUBSTEAD_(TEST_\w+|CONFIG|SPOOL|JOB|JOB_HEAD|PAGE)$/;

/**
 * Options by precedence: config/default.yaml < hubstead.yaml in the working folder (or --config, HUBSTEAD_CONFIG) <
 * environment < flags. @throws HubError OPTION_UNKNOWN, OPTION_INVALID: the name, what it got, what it takes
 */
export function loadOptions({ flags, environment, workingFolder }: OptionSources): Options {
  const values = new Map<OptionName, unknown>();
  readFile(path.join(projectRoot, 'config', 'default.yaml'), values);
  const chosen = flags['--config'] ?? environment.HUBSTEAD_CONFIG;
  const file = path.resolve(workingFolder, chosen ?? 'hubstead.yaml');
  if (existsSync(file)) readFile(file, values);
  else if (chosen)
    throw new HubError('OPTION_INVALID', { option: '--config', got: chosen, takes: 'a file that exists' });
  readEnvironment(environment, values);
  readFlags(flags, values);
  return nest(values, workingFolder);
}

function readFile(file: string, values: Map<OptionName, unknown>): void {
  let content: unknown;
  try {
    // Scalars stay text, so that a password of 0123 is not read as a number.
    content = load(readFileSync(file, 'utf8'), { schema: FAILSAFE_SCHEMA });
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.split('\n')[0] : 'no YAML';
    throw new HubError('OPTION_INVALID', { option: file, got, takes: 'a YAML file of options' }, { cause });
  }
  if (content === null || content === undefined) return;
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new HubError('OPTION_INVALID', {
      option: file,
      got: 'another form',
      takes: 'lines of the form "name: value"',
    });
  }
  for (const [name, value] of flatten(content, '')) {
    const option = names.find((known) => known === name);
    if (!option) throw unknown(name, name, names);
    values.set(option, parse(option, `${name} in ${path.basename(file)}`, value));
  }
}

const noValue: ReadonlySet<unknown> = new Set([null, '', '~', 'null']);

/** Dotted names with their values as text; a name without a value stands for its default. */
function* flatten(group: object, prefix: string): Generator<[string, string]> {
  for (const [key, value] of Object.entries(group)) {
    const name = prefix + key;
    if (Array.isArray(value)) yield [name, value.join(',')];
    else if (value !== null && typeof value === 'object') yield* flatten(value, `${name}.`);
    else if (!noValue.has(value)) yield [name, String(value)];
    else if (!names.some((known) => known === name || known.startsWith(`${name}.`))) yield [name, ''];
  }
}

function readEnvironment(environment: OptionSources['environment'], values: Map<OptionName, unknown>): void {
  const squeezed = (name: string): string => name.replace(/_/g, '');
  const known = new Map(names.map((name) => [squeezed(environmentName(name)), name]));
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('HUBSTEAD_') || otherVariables.test(variable) || value === undefined) continue;
    const option = known.get(squeezed(variable));
    if (!option) throw unknown(variable, variable, names.map(environmentName));
    values.set(option, parse(option, variable, value));
  }
}

function readFlags(flags: OptionSources['flags'], values: Map<OptionName, unknown>): void {
  const known = new Map(names.map((name) => [flagName(name), name]));
  for (const [flag, value] of Object.entries(flags)) {
    if (flag === '--config') continue;
    const option = known.get(flag);
    if (!option) throw unknown(flag, flag, [...known.keys()]);
    values.set(option, parse(option, flag, value));
  }
}

function parse(option: OptionName, saidAs: string, value: string): unknown {
  const row = optionTable[option];
  if (value === '' && row.fallback === null) return null;
  const parsed = row.parse(value.trim());
  if (parsed === undefined) {
    const got = /password|token/i.test(option) ? 'a value that it cannot take' : JSON.stringify(value);
    throw new HubError('OPTION_INVALID', { option: saidAs, got, takes: row.takes });
  }
  return parsed;
}

function unknown(option: string, text: string, candidates: readonly string[]): HubError {
  const suggestion = nearest(text, candidates);
  return new HubError('OPTION_UNKNOWN', { option, suggestion: suggestion ? `; did you mean ${suggestion}?` : '' });
}

/** Dotted names → the nested Options; what nobody set gets its default. dataDir becomes absolute. */
function nest(values: ReadonlyMap<OptionName, unknown>, workingFolder: string): Options {
  const root: Record<string, unknown> = {};
  for (const name of names) {
    const value = values.has(name) ? values.get(name) : optionTable[name].fallback;
    const [first, second] = name.split('.') as [string, string?];
    if (!second) root[first] = value;
    else {
      root[first] ??= {};
      (root[first] as Record<string, unknown>)[second] = value;
    }
  }
  root.dataDir = path.resolve(workingFolder, String(root.dataDir));
  return root as unknown as Options;
}
