type Parameters = Readonly<Record<string, unknown>>;

/** Two ways to say the same: whoever says it one way takes back what was said the other way. */
const pairs = [
  ['max_length', 'max_new_tokens'],
  ['min_length', 'min_new_tokens'],
] as const;

/** The parameters of a request over those of the card. */
export function parametersOver(card: Parameters, request: Parameters): Parameters {
  const takenBack = pairs.filter((names) => names.some((name) => (request[name] ?? null) !== null)).flat();
  const kept = Object.entries(card).filter(([name]) => !takenBack.some((other) => other === name));
  return { ...Object.fromEntries(kept), ...request };
}
