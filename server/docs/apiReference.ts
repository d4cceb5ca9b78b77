import { z } from 'zod';
import { descriptionOf, type Family, jsonSchema } from '../api/frame/openApi.js';
import type { Description } from '../api/frame/operation.js';
import type { JsonSchema } from '../api/frame/parameters.js';
import { apiFamilies } from '../api/index.js';
import { markdownTable } from './markdown.js';

/** Fields within fields are told this deep. */
const deepest = 3;

/** Every operation with who may, what it takes and what it gives, as Markdown. */
export function apiReference(): string {
  return apiFamilies.map(familySection).join('\n\n');
}

/** Every address in a line, as a table. */
export function apiAddresses(): string {
  const rows = apiFamilies
    .flatMap(({ operations }) => operations)
    .map(({ method, path, summary }) => {
      return [`\`${method} ${path}\``, summary];
    });
  return markdownTable(['Address', 'What it does'], rows);
}

function familySection({ name, about, operations }: Family): string {
  return [`## ${name}`, about, ...operations.map(operationSection)].join('\n\n');
}

function operationSection(operation: Description): string {
  const { method, path, summary } = operation;
  return [
    `### \`${method} ${path}\``,
    `${summary}.`,
    descriptionOf(operation),
    ...queryPart(operation),
    ...bodyPart(operation),
    ...answerPart(operation),
  ].join('\n\n');
}

function queryPart({ query }: Description): readonly string[] {
  if (!query) return [];
  const rows = Object.entries(query).map(([name, { about, schema }]) => [`\`${name}\``, typeWords(schema), about]);
  return [markdownTable(['Parameter', 'Type', 'Meaning'], rows)];
}

function bodyPart({ body }: Description): readonly string[] {
  if (!body) return [];
  if (!('schema' in body)) return [`The body is \`${body.mediaType}\`: ${body.about}.`];
  return fields('The body', jsonSchema(body.schema, 'input'));
}

function answerPart({ answer }: Description): readonly string[] {
  if (answer === null) return [];
  if (!(answer instanceof z.ZodType)) return [`Answers bytes, \`${answer.mediaType}\`.`];
  return fields('The answer', jsonSchema(answer, 'output'));
}

function fields(what: string, schema: JsonSchema): readonly string[] {
  const lines = fieldLines(schema, '', deepest);
  return [`${what}: ${typeWords(schema)}.`, ...(lines.length > 0 ? [lines.join('\n')] : [])];
}

function fieldLines(schema: JsonSchema, indent: string, depth: number): string[] {
  const object = objectIn(schema);
  if (!object || depth === 0) return [];
  const required = new Set((object.required as readonly string[] | undefined) ?? []);
  return Object.entries(object.properties as Record<string, JsonSchema>).flatMap(([name, field]) => {
    const about = typeof field.description === 'string' ? ` – ${field.description}` : '';
    const optional = required.has(name) ? '' : ', optional';
    return [
      `${indent}- \`${name}\`: ${typeWords(field)}${optional}${about}`,
      ...fieldLines(field, `${indent}  `, depth - 1),
    ];
  });
}

/** The object that a schema is, lists or may be. */
function objectIn(schema: JsonSchema): JsonSchema | null {
  if (schema.properties) return schema;
  if (schema.items) return objectIn(schema.items as JsonSchema);
  const choices = (schema.anyOf ?? schema.oneOf ?? []) as readonly JsonSchema[];
  return choices.map(objectIn).find((found) => found !== null) ?? null;
}

function typeWords(schema: JsonSchema): string {
  const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  if (choices) return choices.map(typeWords).join(' or ');
  if (schema.enum) return (schema.enum as readonly unknown[]).map((word) => `\`${String(word)}\``).join(', ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.type === 'array') return `list of ${typeWords((schema.items ?? {}) as JsonSchema)}`;
  if (schema.format === 'date-time') return 'date';
  return typeof schema.type === 'string' ? schema.type : 'anything';
}
