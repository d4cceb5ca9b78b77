import assert from 'node:assert/strict';
import type { z } from 'zod';
import { jsonSchema } from '../../../server/api/frame/openApi.js';
import type { Description, JsonBody } from '../../../server/api/frame/operation.js';
import type { JsonSchema } from '../../../server/api/frame/parameters.js';
import { apiFamilies } from '../../../server/api/index.js';
import { callApi } from '../../support/askApi.js';
import { type RawAnswer, rawRequest } from '../../support/rawRequest.js';
import { type RealHub, startRealHub } from '../../support/realHub.js';

/*
 * What nobody would send who wishes well, in every body, query and address of the table. The administrator asks, so that
 * nothing is refused before it is read. Whatever comes: an answer below 500, soon, and never a header of the sender's.
 */

const served = apiFamilies.flatMap((family) => ('router' in family ? [] : family.operations));
const values: Readonly<Record<string, string>> = { repoType: 'models', namespace: 'admin', repo: 'there', rev: 'main' };

const deep = (open: string, close: string): string => `${open.repeat(50_000)}${close.repeat(50_000)}`;
const wrongValues: readonly unknown[] = [
  ...[
    null,
    0,
    -1,
    1.5,
    1e308,
    true,
    '',
    '\u0000',
    '\ud800',
    'a\r\nSet-Cookie: x=y',
    '../../x',
    '\u{1f600}'.repeat(100),
    'x'.repeat(70_000),
  ],
  ...[[], [null], [[[]]], {}, { a: { b: {} } }, Array.from({ length: 2000 }, () => 'x')],
  JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":2}'),
];
const wrongParameters = [
  '',
  ' ',
  '-1',
  '1e99',
  'NaN',
  '%00',
  '%ff',
  '%ED%A0%80',
  '%0d%0aSet-Cookie:x',
  'x'.repeat(5000),
  '%5B%5D',
];
const wrongParts = [
  ...['..', '%2e%2e', '.', '%2F', '%', '%ff', '%00', '%5c', '%0d%0aSet-Cookie:%20x=y', '%F0%9F%98%80', '-x', '--help'],
  ...[
    '__proto__',
    'constructor',
    '.git',
    'refs%2Fheads%2F..',
    'HEAD~99999',
    'main%5E%7Btree%7D',
    '@%7B-1%7D',
    'e%CC%81',
  ],
  ...['x'.repeat(5000), '%F0%9F%98%80'.repeat(60), '%2F'.repeat(300), ':(glob)**', '%2A', "'%22%3B", '%E2%80%AE'],
];

const nameOf = ({ method, path }: Description): string => `${method} ${path}`;
const isJson = (body: Description['body']): body is JsonBody => body !== undefined && 'schema' in body;

function addressFor({ path }: Description, part?: { name: string; value: string }): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => (name === part?.name ? part.value : (values[name] ?? 'x')));
}

/** Something that the schema takes, or nearly: each field is there. */
function sample(schema: JsonSchema): unknown {
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices) return sample(choices[0]!);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(fieldsOf(schema)).map(([name, field]) => [name, sample(field)]));
    case 'array':
      return schema.items ? [sample(schema.items as JsonSchema)] : [];
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 1);
    case 'boolean':
      return false;
    default:
      return 'x';
  }
}

function fieldsOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema.properties ?? {}) as Record<string, JsonSchema>;
}

/** Bodies that differ from `body` in one field, at any depth, by a value that is wrong more often than not. */
function* wrongBodies(schema: JsonSchema, body: unknown): Generator<{ at: string; body: unknown }> {
  for (const value of wrongValues) yield { at: '', body: value };
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  for (const choice of choices ?? []) yield* wrongBodies(choice, sample(choice));
  if (schema.type === 'object') {
    for (const [name, field] of Object.entries(fieldsOf(schema))) {
      const whole = body as Record<string, unknown>;
      for (const { at, body: inner } of wrongBodies(field, whole[name]))
        yield { at: `.${name}${at}`, body: { ...whole, [name]: inner } };
    }
  }
  if (schema.type === 'array' && schema.items) {
    for (const { at, body: inner } of wrongBodies(schema.items as JsonSchema, sample(schema.items as JsonSchema)))
      yield { at: `[]${at}`, body: [inner] };
  }
}

describe('hostile input', function () {
  this.timeout(120_000);
  let hub: RealHub;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    assert.equal((await callApi(hub, 'POST', '/api/repos/create', { name: 'there' })).status, 200);
  });
  after(() => hub?.close());

  async function ask(operation: Description, address: string, body?: string): Promise<Response> {
    const answer = await callApi(hub, operation.method, address, body);
    const said = await answer.text();
    const about = `${operation.method} ${address.slice(0, 300)} ${body?.slice(0, 300) ?? ''}: ${answer.status} ${said.slice(0, 300)}`;
    // This hub runs no models.
    assert.ok(answer.status < 500 || operation.path === '/v2/health/ready', about);
    assert.equal(answer.headers.get('Set-Cookie'), null, about);
    return answer;
  }

  for (const operation of served) {
    const { body, query = {}, path } = operation;
    if (isJson(body)) {
      const refuses = (value: unknown): boolean => !(body.schema as z.ZodType).safeParse(value).success;

      it(`${nameOf(operation)} takes no field of a wrong type`, async () => {
        const schema = jsonSchema(body.schema, 'input');
        const asked = new Set<string>();
        for (const wrong of wrongBodies(schema, sample(schema))) {
          const text = JSON.stringify(wrong.body);
          if (asked.has(text)) continue;
          asked.add(text);
          const answer = await ask(operation, addressFor(operation), text);
          const mustRefuse = refuses(JSON.parse(text) ?? {});
          if (mustRefuse) assert.ok(answer.status >= 400, `${wrong.at}: ${text.slice(0, 200)} was taken`);
        }
      });

      it(`${nameOf(operation)} takes no body that is no JSON, too deep or too long`, async () => {
        for (const text of [
          '{',
          '[1,',
          'x',
          '"\\ud800"',
          '{"a":1}}',
          deep('[', ']'),
          deep('{"a":', '}').replace('}', '1}'),
        ])
          await ask(operation, addressFor(operation), text);
        const limitBytes = body.limitBytes ?? 1_048_576;
        const long = await ask(operation, addressFor(operation), JSON.stringify({ x: 'x'.repeat(limitBytes) }));
        assert.equal(long.status, 413);
        assert.match(long.headers.get('X-Error-Message') ?? '', /\d/);
      });
    }

    if (Object.keys(query).length > 0) {
      it(`${nameOf(operation)} answers whatever its query holds`, async () => {
        for (const name of Object.keys(query)) {
          for (const value of wrongParameters) await ask(operation, `${addressFor(operation)}?${name}=${value}`);
          for (const more of [`${name}[]=x`, `${name}[a]=x`, Array.from({ length: 500 }, () => `${name}=x`).join('&')])
            await ask(operation, `${addressFor(operation)}?${more}`);
        }
      });
    }

    const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter((name) => name !== 'repoType');
    if (parts.length > 0) {
      it(`${nameOf(operation)} answers whatever its address holds`, async () => {
        for (const name of parts) {
          for (const value of wrongParts) {
            const target = addressFor(operation, { name, value });
            const answer: RawAnswer = await rawRequest(hub.url, target, {
              method: operation.method,
              headers: { Authorization: `Bearer ${hub.token}` },
            });
            assert.ok(
              answer.status < 500,
              `${operation.method} ${target}: ${answer.status} ${answer.body.toString().slice(0, 300)}`,
            );
            assert.equal(answer.headers['set-cookie'], undefined);
          }
        }
      });
    }
  }
});
