const maxIds = 100;

/** arXiv ids that links in the card's prose name, in order, without versions. Code blocks do not count. */
export function arxivIds(body: string): readonly string[] {
  const prose = withoutCode(body);
  const link =
    /https?:\/\/(?:www\.)?(?:arxiv\.org\/(?:abs|pdf|html)|huggingface\.co\/papers|hf\.co\/papers)\/(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?/g;
  return [...new Set([...prose.matchAll(link)].map((match) => match[1]!))].slice(0, maxIds);
}

/** First sentence of the first paragraph that is prose, at most 200 characters; null when there is none. */
export function summaryOf(body: string): string | null {
  for (const paragraph of withoutCode(body.slice(0, 65_536)).split(/\n\s*\n/)) {
    const text = paragraph.trim();
    if (text === '' || /^(#|<|\||!\[|\[!\[|[-*+] |\d+\. |>|={3,}|-{3,}|\$\$)/.test(text)) continue;
    const plain = text
      .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[*_`]+/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (plain.length < 10) continue;
    const sentence = /^.{10,200}?[.!?](?=\s|$)/.exec(plain)?.[0] ?? plain;
    return sentence.length > 200 ? `${sentence.slice(0, 199).trimEnd()}…` : sentence;
  }
  return null;
}

function withoutCode(body: string): string {
  return body.replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, '').replace(/`[^`\n]*`/g, '');
}
