import { type ComponentChildren, Fragment } from 'preact';

/** Identifiers break behind their underscores, not within a word. */
export function breakable(name: string): ComponentChildren {
  return name.split(/(?<=[_/])/).map((part, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
