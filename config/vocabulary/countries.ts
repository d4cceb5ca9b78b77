/** Codes that Unicode names, and that are no country of today: former ones, groups, parts and codes for tests. */
const others = new Set(
  'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT QO RH SU TA TP UK UN VD XA XB YD YU ZR ZZ'.split(' '),
);

export interface Country {
  /** ISO 3166-1, and XK of Kosovo. */
  readonly code: string;
  readonly name: string;
}

/** Every country and territory by its English name. */
export const countries: readonly Country[] = readCountries();

function readCountries(): readonly Country[] {
  const english = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => !others.has(code));
  const named = codes.flatMap((code) => {
    const name = english.of(code);
    return name ? [{ code, name }] : [];
  });
  return named.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
