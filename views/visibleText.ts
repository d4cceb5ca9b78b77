/** Controls, and characters that cannot be seen or that turn the direction of others. */
const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A name of a file as one can read it: what hides or turns characters is written out, `U+202E`. */
export function visibleText(name: string): string {
  return name.replace(hidden, (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}
