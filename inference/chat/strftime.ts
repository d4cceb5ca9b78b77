const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const two = (value: number) => String(value).padStart(2, '0');

/** The date in the words of Python's strftime, in English; what is not known stays as it is. */
export function strftime(date: Date, format: string): string {
  const year = date.getFullYear();
  const parts: Readonly<Record<string, () => string>> = {
    a: () => weekdays[date.getDay()]!.slice(0, 3),
    A: () => weekdays[date.getDay()]!,
    w: () => String(date.getDay()),
    d: () => two(date.getDate()),
    e: () => String(date.getDate()).padStart(2, ' '),
    b: () => months[date.getMonth()]!.slice(0, 3),
    B: () => months[date.getMonth()]!,
    m: () => two(date.getMonth() + 1),
    y: () => two(year % 100),
    Y: () => String(year),
    H: () => two(date.getHours()),
    I: () => two(date.getHours() % 12 || 12),
    p: () => (date.getHours() < 12 ? 'AM' : 'PM'),
    M: () => two(date.getMinutes()),
    S: () => two(date.getSeconds()),
    j: () => String(dayOfYear(date)).padStart(3, '0'),
    F: () => `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    T: () => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
    '%': () => '%',
  };
  // A minus asks for numbers without leading zeros.
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, minus: string, letter: string) => {
    const text = Object.hasOwn(parts, letter) ? parts[letter]!() : whole;
    return minus && text !== whole ? text.replace(/^[0 ]+(?=.)/, '') : text;
  });
}

function dayOfYear(date: Date): number {
  const midnights = (month: number, day: number) => Date.UTC(date.getFullYear(), month, day) / 86_400_000;
  return midnights(date.getMonth(), date.getDate()) - midnights(0, 0);
}
