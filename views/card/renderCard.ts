import type { Root } from 'hast';
import rehypeHighlight from 'rehype-highlight';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { trustedHtml } from '../safe.js';
import { resolveAddresses } from './addresses.js';
import { emptyHeadings, leaveLongCode, markAlerts, nameCheckboxes, wrapWide } from './blocks.js';
import { putMath, restoreSource } from './formulas.js';
import { placeFrames } from './frames.js';
import { nameHeadings, resolveFragments } from './headings.js';
import { takeMath } from './math.js';
import { type CardOptions, maxCardCharacters, plainCard, type RenderedCard } from './plainCard.js';

/**
 * Renders a card: formulas are taken out, Markdown (GFM) becomes HTML, the HTML is sanitised, and only then formulas and
 * highlighting go in. Input is cut at 256 Ki characters; nesting that could exhaust the stack gives the source as text.
 */
export function renderCard(markdown: string, options: CardOptions): RenderedCard {
  const whole = markdown.replace(/\r\n?/g, '\n');
  const text =
    whole.length > maxCardCharacters
      ? `${whole.slice(0, maxCardCharacters)}\n\n*This card is too long to be shown whole.*`
      : whole;
  if (isTooNested(text)) return plainCard(text);
  try {
    return render(text, options);
  } catch (error) {
    if (error instanceof RangeError) return plainCard(text);
    throw error;
  }
}

/** Thousands of nested quotes, lists or brackets take a parser more than linear time. */
function isTooNested(text: string): boolean {
  if (/^(?:[ \t]*>){100}/m.test(text) || /^[ \t]{400}/m.test(text) || /[[(!*_~<]{2000}/.test(text)) return true;
  return (text.match(/\[/g)?.length ?? 0) > 20_000 || (text.match(/</g)?.length ?? 0) > 50_000;
}

const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []),
    ...['iframe', 'figure', 'figcaption', 'video', 'audio', 'mark', 'u', 'abbr', 'center', 'small'],
  ],
  // With what they hold: it is no text.
  strip: ['script', 'style', 'noscript', 'svg', 'template', 'title', 'textarea'],
  attributes: {
    ...defaultSchema.attributes,
    code: [['className', /^language-[\w+#.-]+$/]],
    video: ['src', 'controls', 'width', 'height', 'poster'],
    audio: ['src', 'controls'],
    iframe: ['src', 'title', 'height'],
    abbr: ['title'],
  },
  protocols: { ...defaultSchema.protocols, src: ['http', 'https', 'attachment'], poster: ['http', 'https'] },
};

function render(text: string, options: CardOptions): RenderedCard {
  const taken = options.withoutMath ? takeMath('', options.nonce) : takeMath(text, options.nonce);
  let hasFrames = false;
  const headings: { id: string; text: string; depth: number }[] = [];
  const html = unified()
    .use(remarkParse)
    .use(remarkGfm)
    // The sanitiser prefixes ids, those of footnotes too.
    .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: '' })
    .use(rehypeRaw)
    .use(rehypeSanitize, schema)
    .use(() => (tree: Root) => restoreSource(tree, taken))
    .use(() => (tree: Root) => resolveFragments(tree, nameHeadings(tree, taken, headings, options.headingPrefix)))
    .use(() => (tree: Root) => {
      hasFrames = placeFrames(tree, options);
    })
    .use(() => (tree: Root) => resolveAddresses(tree, options))
    .use(() => (tree: Root) => markAlerts(tree))
    .use(() => (tree: Root) => emptyHeadings(tree))
    .use(() => (tree: Root) => wrapWide(tree))
    .use(() => (tree: Root) => nameCheckboxes(tree))
    .use(() => (tree: Root) => leaveLongCode(tree))
    .use(rehypeHighlight, { detect: false })
    .use(() => (tree: Root) => putMath(tree, taken))
    // Raw nodes are only those that putMath made: rehype-raw has parsed the card's own.
    .use(rehypeStringify, { allowDangerousHtml: true })
    .processSync(options.withoutMath ? text : taken.markdown);
  return { html: trustedHtml(String(html)), hasMath: taken.formulas.length > 0, hasFrames, headings };
}
