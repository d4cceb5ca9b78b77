/**
 * A pattern of the rule tables as people write names of files and classes: `*` for anything, `[x]` for what may be left out, `N` for a
 * digit, `NAME` for any one name. Only what those tables use is understood.
 */
export function readablePattern({ source }: RegExp): readonly string[] {
  return alternatives(source).map(readable).flatMap(unwrapped);
}

/** Split at each `|` that stands in no parentheses. */
function alternatives(source: string): readonly string[] {
  const found: string[] = [''];
  let depth = 0;
  for (const character of source) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '|' && depth === 0) found.push('');
    else found[found.length - 1] += character;
  }
  return found;
}

function readable(alternative: string): string {
  const start = /^(\^|\(\^\|\\\/\))/.exec(alternative)?.[0] ?? '';
  const isOpen = !alternative.endsWith('$');
  let text = alternative
    .slice(start.length)
    .replace(/\$$/, '')
    .replace(/\[\^\/\]\+|\[\\w-\]\+/g, 'NAME')
    .replace(/\[\^\/\]\*|\.\*/g, '*')
    .replace(/\\d\{(\d)\}/g, (_, count: string) => 'N'.repeat(Number(count)))
    .replace(/\\d\+?/g, 'N')
    .replace(/\[\.-\]/g, '.')
    .replace(/\\(.)/g, '$1')
    .replace(/(\w)\?/g, '[$1]');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\(([^()]*)\)\?/g, '[$1]');
  }
  return `${start === '' ? '*' : ''}${text}${isOpen ? '*' : ''}`.replace(/…+/g, '*');
}

/** `(a|b)` alone are two names. */
function unwrapped(text: string): readonly string[] {
  const inside = /^\(([^()]*)\)$/.exec(text)?.[1];
  return inside === undefined ? [text] : inside.split('|');
}
