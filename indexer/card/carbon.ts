import type { CarbonDetails } from '../tags/types.js';
import { isMapping, text } from './values.js';

/** Grams of CO2 that `co2_eq_emissions` tells: a number or `{ emissions }`; null for anything else. */
export function readCarbon(value: unknown): number | null {
  const grams = isMapping(value) ? value.emissions : value;
  const number = typeof grams === 'string' && grams.trim() !== '' ? Number(grams) : grams;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

const maxCharacters = 200;

/** What a map of `co2_eq_emissions` says beside the number; null where it says nothing. */
export function readCarbonDetails(value: unknown): CarbonDetails | null {
  if (!isMapping(value)) return null;
  const said = Object.entries({
    source: text(value.source),
    trainingType: text(value.training_type),
    location: text(value.geographical_location),
    hardware: text(value.hardware_used),
  }).filter((pair): pair is [string, string] => pair[1] !== null);
  return said.length === 0
    ? null
    : Object.fromEntries(said.map(([key, words]) => [key, words.slice(0, maxCharacters)]));
}
