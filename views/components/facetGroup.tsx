import { formatCount, formatShortCount } from '../format.js';
import type { IconName } from '../icons.js';
import { safeUrl } from '../safe.js';
import { Icon } from './icon.js';

export interface FacetValue {
  /** As the address has it. */
  readonly value: string;
  readonly label: string;
  readonly hint: string | null;
  readonly icon: IconName | null;
  /** Two letters instead of an icon. */
  readonly monogram: string | null;
  /** How many results there would be with it; null when it is selected and no longer counted. */
  readonly count: number | null;
  readonly checked: boolean;
}

export interface Facet {
  /** Name of the address's parameter. */
  readonly parameter: string;
  readonly legend: string;
  /** Where all its values are, when these are only the most frequent. */
  readonly more: { readonly count: number; readonly href: string } | null;
  /** All its values were asked for. */
  readonly isWhole: boolean;
  /** Values under headings (tasks by modality), or one part without a heading. */
  readonly parts: readonly { readonly heading: string | null; readonly values: readonly FacetValue[] }[];
}

const shownAtOnce = 10;

/** Checkboxes of one facet: the first ten, selected ones always, the rest behind a disclosure. */
export function FacetGroup({ facet }: { readonly facet: Facet }) {
  const all = facet.parts.flatMap((part) => part.values);
  const selected = all.filter((value) => value.checked).length;
  return (
    <fieldset class="facet" id={`facet-${facet.parameter}`}>
      <legend>
        {facet.legend}
        {selected > 0 && <span class="facet-selected">{selected} selected</span>}
      </legend>
      {facet.parts.map((part) => (
        <Part key={part.heading ?? ''} facet={facet} part={part} />
      ))}
    </fieldset>
  );
}

function Part({ facet, part }: { readonly facet: Facet; readonly part: Facet['parts'][number] }) {
  const { parameter, more, isWhole } = facet;
  const first = part.values.filter((value, i) => i < shownAtOnce || value.checked);
  const rest = part.values.filter((value) => !first.includes(value));
  return (
    <div class="facet-part">
      {part.heading && <p class="facet-heading">{part.heading}</p>}
      <ul>{first.map((value) => option(parameter, value))}</ul>
      {rest.length > 0 && (
        <details open={isWhole}>
          <summary>{more ? 'Show more' : `Show all ${formatCount(part.values.length)}`}</summary>
          <ul>{rest.map((value) => option(parameter, value))}</ul>
          {more && (
            <a class="facet-more" href={safeUrl(more.href)}>
              All {formatCount(more.count)}
              <span class="visually-hidden"> {facet.legend.toLowerCase()}</span>
            </a>
          )}
        </details>
      )}
    </div>
  );
}

function option(parameter: string, { value, label, hint, icon, monogram, count, checked }: FacetValue) {
  return (
    <li key={value}>
      <label class="facet-option">
        <input type="checkbox" name={parameter} value={value} checked={checked} />
        {icon && <Icon name={icon} />}
        {monogram && (
          <span class="monogram" aria-hidden="true">
            {monogram}
          </span>
        )}
        <span class="facet-label">
          {label}
          {hint && <span class="facet-hint"> {hint}</span>}
        </span>
        {count !== null && (
          <span class="facet-count" title={count > 9999 ? formatCount(count) : undefined}>
            {formatShortCount(count)}
          </span>
        )}
      </label>
    </li>
  );
}
