/** Spaces before punctuation and English contractions, as Python's "clean_up_tokenization_spaces" takes them away. */
export function withoutSpacesBeforePunctuation(text: string): string {
  return text
    .replaceAll(/ ([.?!,])/g, '$1')
    .replaceAll(" ' ", "'")
    .replaceAll(/ (n't|'m|'s|'ve|'re)/g, '$1');
}

/** The end of a text that may still lose its space when more text follows. */
const unsettled = / (?:n'?|' ?|'[vr])?$/;

/** Takes the spaces away while a text grows: gives for each new part what is certain by then. */
export class GrowingPunctuation {
  #held = '';

  add(part: string): string {
    const text = this.#held + part;
    const end = unsettled.exec(text)?.index ?? text.length;
    this.#held = text.slice(end);
    return withoutSpacesBeforePunctuation(text.slice(0, end));
  }

  /** What was held back. */
  rest(): string {
    const rest = withoutSpacesBeforePunctuation(this.#held);
    this.#held = '';
    return rest;
  }
}
