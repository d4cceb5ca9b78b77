import { isMapping } from './values.js';

/** Grams of CO2 that `co2_eq_emissions` tells: a number or `{ emissions }`; null for anything else. */
export function readCarbon(value: unknown): number | null {
  const grams = isMapping(value) ? value.emissions : value;
  const number = typeof grams === 'string' && grams.trim() !== '' ? Number(grams) : grams;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}
