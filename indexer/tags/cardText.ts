const maxIds = 100;
const maxSummary = 200;

/** As a pattern: of today and of before April 2007. */
export const arxivId = String.raw`\d{4}\.\d{4,5}(?!\d)|[a-z-]+(?:\.[a-z]{2})?\/\d{7}(?!\d)`;

const link = new RegExp(
  String.raw`https?:\/\/(?:(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf|html)|(?:www\.)?(?:huggingface\.co|hf\.co)\/papers)\/(${arxivId})`,
  'gi',
);

/**
 * arXiv ids that links in the card's prose name, in order, without versions. Links to paper pages name the same ids.
 * Code does not count.
 */
export function arxivIds(body: string): readonly string[] {
  return [
    ...new Set(
      [
        ...withoutFences(body)
          .replace(/`[^`\n]*`/g, '')
          .matchAll(link),
      ].map((match) => match[1]!),
    ),
  ].slice(0, maxIds);
}

/** First sentence of the first paragraph that is prose, at most 200 characters; null when there is none. */
export function summaryOf(body: string): string | null {
  for (const paragraph of withoutFences(body.slice(0, 65_536)).split(/\n[ \t]*\n/)) {
    const plain = plainText(paragraph);
    if (plain !== null && plain.length >= 10) return firstSentence(plain);
  }
  return null;
}

const noProse = /^(#|<|\||!\[|\[!\[|\[[^\]]+\]:|[-*+] |\d+[.)] |>|={3,}|-{3,}|\$)/;

/** A paragraph without markup, or null when it is no prose: a heading, list, table, quotation, image, HTML or formula. */
function plainText(paragraph: string): string | null {
  // A heading may stand right above its first paragraph.
  const text = paragraph
    .replace(/^(\s*#{1,6}[ \t][^\n]*\n)+/, '')
    .replace(/^[^\n]+\n(=+|-{2,})[ \t]*(\n|$)/, '')
    .trim();
  if (text === '' || noProse.test(text)) return null;
  return text
    .slice(0, 4000)
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<(https?:[^>\s]{1,200})>/g, '$1')
    .replace(/<[^>]{1,200}>/g, '')
    .replace(/\$\$([^$]{1,500})\$\$|\\\\\(([^\n]{1,500}?)\\\\\)/g, (_, display, inline) =>
      withoutTex(display ?? inline),
    )
    .replace(/[*`]+|~~|(?<!\w)_+|_+(?!\w)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A formula as text: the letters of a plain one, dots for one that needs its layout. */
function withoutTex(formula: string): string {
  return formula.includes('\\') ? '…' : formula.replace(/[{}]/g, '').trim();
}

function firstSentence(plain: string): string {
  const sentence = /^.{10,199}?[.!?](?=\s|$)/.exec(plain)?.[0] ?? plain;
  return sentence.length > maxSummary ? `${sentence.slice(0, maxSummary - 1).trimEnd()}…` : sentence;
}

/** Without fenced code; a blank line stands for each block. Goes line by line: a card may have a million fences. */
function withoutFences(body: string): string {
  const kept: string[] = [];
  let fence: string | null = null;
  for (const line of body.split(/\r\n|\n|\r/)) {
    const marker = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== null) {
      const closes = marker && marker[1]!.startsWith(fence) && marker[2]!.trim() === '';
      if (closes) fence = null;
      continue;
    }
    if (marker && !(marker[1]!.startsWith('`') && marker[2]!.includes('`'))) {
      fence = marker[1]!;
      kept.push('');
    } else kept.push(line);
  }
  return kept.join('\n');
}
