/** What YAML values people write mean. A scalar and a list of one are the same; empty ones are absent. */

export type Scalar = string | number | boolean;

export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Texts of a scalar or a list of scalars: trimmed, empties dropped, first of duplicates kept. Anything else gives []. */
export function textList(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : [value];
  const texts = items.filter(isScalar).map((item) => String(item).trim());
  return [...new Set(texts.filter((text) => text !== ''))];
}

/** The text of a scalar, or null. */
export function text(value: unknown): string | null {
  if (!isScalar(value)) return null;
  return String(value).trim() || null;
}

/** What a person calls the type of a YAML value. */
export function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a map';
  if (typeof value === 'boolean') return `the boolean ${value}`;
  if (typeof value === 'number') return `the number ${value}`;
  return value === null ? 'nothing' : 'a text';
}

/** YAML 1.1's words for booleans, which core YAML reads as texts. */
export function isSwitchWord(value: unknown): boolean {
  return typeof value === 'string' && /^(true|false|yes|no|on|off)$/i.test(value);
}
