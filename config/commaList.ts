/** Values between commas; `\,` is a comma of the value itself. */
export function splitCommas(text: string): string[] {
  return text.split(/(?<!\\),/).map((value) => value.replaceAll('\\,', ',').trim());
}

/** As `splitCommas` reads it. */
export function joinCommas(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(',', '\\,')).join(', ');
}
