import type { CardOptions, RenderedCard } from '../../views/card/plainCard.js';
import { renderCard } from '../../views/card/renderCard.js';

export interface CardTask {
  readonly markdown: string;
  readonly options: CardOptions;
}

/** One card, on the thread of `CardRenderer`. */
export default function render({ markdown, options }: CardTask): RenderedCard {
  return renderCard(markdown, options);
}
