import { endOfString } from './factFiles.js';

const member = 'task_specific_params';

/**
 * Keys of `task_specific_params` in the text of a config.json that parses, in the order of the text: an object would give those that
 * look like numbers first.
 */
export function taskKeysOf(json: string): readonly string[] {
  let keys = new Set<string>();
  let depth = 0;
  let isInside = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index]!;
    if ('{['.includes(character)) depth += 1;
    else if ('}]'.includes(character)) depth -= 1;
    if (character !== '"') continue;
    const end = endOfString(json, index + 1);
    if (depth <= 2 && isKey(json, end)) {
      const key = JSON.parse(json.slice(index, end)) as string;
      if (depth === 1) {
        isInside = key === member;
        // As for JSON.parse, the last of two members counts.
        if (isInside) keys = new Set();
      } else if (isInside) keys.add(key);
    }
    index = end - 1;
  }
  return [...keys];
}

function isKey(json: string, end: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = end;
  return colon.test(json);
}
