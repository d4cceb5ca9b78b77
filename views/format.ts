/** Numbers, sizes and times as people read them. Pure: `now` is handed in. */

const grouped = new Intl.NumberFormat('en');
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** 1234 → `1,234`. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** Exact up to 9,999, then `12k`, `3.4M`. The full number belongs into `title`. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return grouped.format(count);
  return withUnit(count, 1000, ['', 'k', 'M', 'B', 'T']);
}

/** Parameters: 14500000 → `14.5M`; 350 → `350`. */
export function formatParameters(count: number): string {
  return withUnit(count, 1000, ['', 'k', 'M', 'B', 'T']);
}

/** Bytes in decimal units as disks are sold: `1.34 GB`. */
export function formatBytes(bytes: number): string {
  return withUnit(bytes, 1000, [' B', ' kB', ' MB', ' GB', ' TB', ' PB']);
}

/** A limit as it is set: `10 MiB` stays that and does not become 10.5 MB. */
export function formatLimit(bytes: number): string {
  const units = [' GiB', ' MiB', ' KiB'] as const;
  for (const [index, unit] of units.entries()) {
    const size = 1024 ** (units.length - index);
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return formatBytes(bytes);
}

function withUnit(value: number, step: number, units: readonly string[]): string {
  let scaled = value;
  let unit = 0;
  // 999.5 would round up to "1000".
  while (scaled >= step - 0.5 && unit < units.length - 1) {
    scaled /= step;
    unit++;
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  const text = scaled.toFixed(digits).replace(/(\.\d*?)0+$/, '$1');
  return text.replace(/\.$/, '') + units[unit]!;
}

const spans: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `3 days ago`, `yesterday`, `just now`. */
export function formatAge(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  for (const [unit, length] of spans) {
    if (seconds >= length) return relative.format(-Math.floor(seconds / length), unit);
  }
  return 'just now';
}

/** `3 Nov 2026` (UTC). */
export function formatDay(atMs: number): string {
  return day.format(atMs);
}

/** `1 model`, `2 models`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A number cut to so many digits, never rounded up: no accuracy is said to be better than it is. */
export function cutTo(value: number, digits: number): string {
  const scale = 10 ** digits;
  return (Math.floor(value * scale) / scale).toFixed(digits);
}
