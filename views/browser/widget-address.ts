import { tableJson } from './widget-table.js';

const longest = 2000;

export interface Field {
  readonly name: string;
  readonly value: string | undefined;
  /** `table`, `lines`: how addresses spell it. */
  readonly as: string | undefined;
}

/** Keeps what was asked in the address, so that it can be shared; a long text would make one that others cut. */
export function rememberInAddress(fields: readonly Field[]): void {
  const address = new URL(location.href);
  for (const { name } of fields) address.searchParams.delete(name);
  address.searchParams.delete('example');
  const parameters = fields.flatMap(spelled);
  if (parameters.reduce((length, [, value]) => length + value.length, 0) <= longest)
    for (const [name, value] of parameters) address.searchParams.append(name, value);
  history.replaceState(history.state, '', address);
}

/** Tables go into addresses as JSON, sentences as a parameter that is repeated. */
function spelled({ name, value, as }: Field): [name: string, value: string][] {
  if (value === undefined) return [];
  if (as === 'table') return [[name, tableJson(value)]];
  if (as === 'lines')
    return value.split('\n').flatMap((line) => (line.trim() ? [[name, line] as [string, string]] : []));
  return [[name, value]];
}
