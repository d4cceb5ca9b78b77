/** Year, month and day; null where the text does not say it. */
export type TapasDate = readonly [year: number | null, month: number | null, day: number | null];

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const dayNames = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const minYear = 1700;
const maxYear = 2016;
/** What a date without a year is checked as: it has no 29th of February. */
const yearOfNone = 1900;

const fields: Readonly<Record<string, string>> = {
  A: `(?:${dayNames.join('|')})`,
  B: `(?<month>${monthNames.join('|')})`,
  b: `(?<month>${monthNames.map((name) => name.slice(0, 3)).join('|')})`,
  Y: '(?<year>\\d{4})',
  d: '(?<day>3[01]|[12]\\d|0?[1-9])',
  m: '(?<number>1[0-2]|0?[1-9])',
};

/** In the order in which they are tried; letters are those of strptime. */
const patterns = [
  'B',
  'Y',
  'Ys',
  'b Y',
  'B Y',
  'B d',
  'b d',
  'd b',
  'd B',
  'B d, Y',
  'd B Y',
  'm-d-Y',
  'Y-m-d',
  'Y-m',
  'd b Y',
  'b d, Y',
  'd.m.Y',
  'A, b d',
  'A, B d',
].map(patternOf);

function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/[ABbYdm. ]/g, (part) => fields[part] ?? (part === ' ' ? '\\s+' : '\\.'));
  return new RegExp(`^${source}$`, 'i');
}

/** The date that a text is, or null: "march 5, 2010", "2010-03", "may"; years from 1700 to 2016. */
export function dateIn(text: string): TapasDate | null {
  for (const pattern of patterns) {
    const groups = pattern.exec(text)?.groups;
    const date = groups ? checkedDate(groups) : null;
    if (date) return date;
  }
  return null;
}

function checkedDate(groups: Readonly<Record<string, string | undefined>>): TapasDate | null {
  const year = groups.year === undefined ? null : Number(groups.year);
  const month = groups.month ? monthOf(groups.month) : groups.number ? Number(groups.number) : null;
  const day = groups.day === undefined ? null : Number(groups.day);
  if (year !== null && (year < minYear || year > maxYear)) return null;
  if (day !== null && month !== null && day > daysIn(year ?? yearOfNone, month)) return null;
  return [year, month, day];
}

function monthOf(name: string): number {
  return monthNames.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
