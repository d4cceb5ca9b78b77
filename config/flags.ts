import { HubError } from './errors.js';
import { flagName, optionTable } from './optionTable.js';

/**
 * Takes the flags of options out of an argument list, wherever they stand before `--`.
 * `--port 80`, `--port=80`; a switch also `--demo`, `--no-demo`.
 * @returns flags for loadOptions (flag → text), and what is left, in order, for the command
 * @throws HubError OPTION_INVALID for a flag without its value
 */
export function splitFlags(argv: readonly string[]): {
  readonly flags: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
} {
  const flags: Record<string, string> = {};
  const rest: string[] = [];
  const queue = [...argv];
  while (queue.length > 0) {
    const word = queue.shift()!;
    if (word === '--') {
      rest.push(word, ...queue);
      break;
    }
    const [name, value] = split(word);
    const row = known.get(name);
    const negated = known.get(name.replace(/^--no-/, '--'));
    if (row) flags[name] = value ?? takeValue(name, row, queue);
    else if (negated?.isSwitch && value === undefined) flags[name.replace('--no-', '--')] = 'false';
    else rest.push(word);
  }
  return { flags, rest };
}

interface Row {
  readonly parse: (text: string) => unknown;
  readonly takes: string;
  readonly isSwitch?: true;
}

const known = new Map<string, Row>([
  ...Object.entries<Row>(optionTable).map(([option, row]) => [flagName(option), row] as const),
  ['--config', { parse: (text) => text, takes: 'a file' }],
]);

function split(word: string): [name: string, value?: string] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** A switch takes the next word only when it reads as a value of it, so that `--demo serve` leaves the command alone. */
function takeValue(name: string, row: Row, queue: string[]): string {
  const next = queue[0];
  if (row.isSwitch) return next !== undefined && row.parse(next) !== undefined ? queue.shift()! : 'true';
  if (next === undefined || next.startsWith('--')) {
    throw new HubError('OPTION_INVALID', { option: name, got: 'no value', takes: row.takes });
  }
  return queue.shift()!;
}
