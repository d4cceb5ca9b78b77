import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { code, markdownTable } from './markdown.js';

/** By client: the calls that pass against this hub, and those that do not. Written and checked by test/endToEnd/clientCalls. */
export type ClientCoverage = Readonly<
  Record<string, { readonly passed: readonly string[]; readonly failed: readonly string[] }>
>;

export const clientCoverageFile = path.join(projectRoot, 'docs', 'client-coverage.json');

export function clientCoverage(): ClientCoverage {
  return JSON.parse(readFileSync(clientCoverageFile, 'utf8')) as ClientCoverage;
}

/** Clients of which the same is asked stand in one table. */
const families: readonly (readonly [title: string, client: RegExp])[] = [
  ['In Python', /^huggingface_hub/],
  ['On the command line', /^hf /],
  ['By the libraries of Python', /^datasets/],
  ['Running models, in Python', /^InferenceClient/],
  ['In JavaScript', /^JavaScript/],
  ['Running models, in JavaScript', /^@huggingface\/inference/],
];

/** A table for each family of clients: a row a call, a column a client. */
export function clientTables(): string {
  const coverage = clientCoverage();
  const tables = families.flatMap(([title, of]) => {
    const clients = Object.keys(coverage).filter((client) => of.test(client));
    return clients.length > 0 ? [tableOf(title, clients, coverage)] : [];
  });
  return tables.join('\n\n');
}

function tableOf(title: string, clients: readonly string[], coverage: ClientCoverage): string {
  const calls = [...new Set(clients.flatMap((client) => [...coverage[client]!.passed, ...coverage[client]!.failed]))];
  const rows = calls.map((call) => [nameOf(call), ...clients.map((client) => outcomeOf(coverage[client]!, call))]);
  return [`## ${title}`, markdownTable(['Call', ...clients], rows)].join('\n\n');
}

function outcomeOf({ passed, failed }: ClientCoverage[string], call: string): string {
  if (passed.includes(call)) return 'works';
  return failed.includes(call) ? '**fails**' : '–';
}

/** The function in code; what is tried of it follows in words. */
function nameOf(call: string): string {
  const [name = '', ...words] = call.split(', ');
  return [code(name), ...words].join(', ');
}
