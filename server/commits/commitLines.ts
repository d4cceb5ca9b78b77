import { HubError } from '../../config/errors.js';

/** Where the text of a line's `content` goes as it comes; `file` lines may be larger than memory. */
export interface TextSink {
  /** The text as JSON writes it, without its quotation marks. */
  write(part: Buffer): Promise<void> | void;
}

export interface CommitLine {
  /** From 1, blank lines counted. */
  readonly number: number;
  /** The line as JSON, its `content` an empty text. */
  readonly value: unknown;
  /** Whether the text of `content` has backslashes, which are still to be read. */
  readonly hasEscapes: boolean;
}

/** All of a line but its content. */
const maxLineBytes = 262_144;

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;

/**
 * Lines of a commit (NDJSON), one after the other, in memory that does not grow with them: the text of a `content` is handed on
 * while it comes. @param sink asked at the beginning of each content
 * @throws HubError BAD_REQUEST for what is no JSON; TOO_LARGE
 */
export async function* commitLines(body: AsyncIterable<Buffer>, sink: () => TextSink): AsyncGenerator<CommitLine> {
  let line = newLine(1);
  for await (const chunk of body) {
    let at = 0;
    while (at < chunk.length) {
      if (line.content) {
        const end = endOfText(line, chunk, at);
        if (end > at) await line.content.write(chunk.subarray(at, end));
        at = end;
        if (at < chunk.length) {
          // The quotation mark that ends it is kept below.
          line.content = null;
          line.inText = true;
        }
        continue;
      }
      const { end, stop } = scan(line, chunk, at);
      keep(line, chunk.subarray(at, end));
      at = end;
      if (stop === 'content') line.content = sink();
      if (stop !== 'line') continue;
      if (!isBlank(line)) yield parsed(line);
      line = newLine(line.number + 1);
    }
  }
  if (!isBlank(line)) yield parsed(line);
}

interface Line {
  readonly number: number;
  /** What is kept of it. */
  parts: Buffer[];
  bytes: number;
  /** Within a text that is kept. */
  inText: boolean;
  isEscaped: boolean;
  /** The text that was read last, and whether a colon came behind it. */
  text: Buffer[];
  isKey: boolean;
  content: TextSink | null;
  hasEscapes: boolean;
  contents: number;
}

function newLine(number: number): Line {
  return {
    number,
    parts: [],
    bytes: 0,
    inText: false,
    isEscaped: false,
    text: [],
    isKey: false,
    content: null,
    hasEscapes: false,
    contents: 0,
  };
}

/** Reads on to the end of the line, of the chunk, or to where a content begins. */
function scan(line: Line, chunk: Buffer, start: number): { end: number; stop: 'line' | 'content' | 'chunk' } {
  let textFrom = start;
  for (let at = start; at < chunk.length; at++) {
    const byte = chunk[at]!;
    if (byte === newline) return { end: at + 1, stop: 'line' };
    if (line.inText) {
      if (line.isEscaped) line.isEscaped = false;
      else if (byte === backslash) line.isEscaped = true;
      else if (byte === quote) {
        line.inText = false;
        line.text.push(Buffer.from(chunk.subarray(textFrom, at)));
      }
      continue;
    }
    if (byte === quote) {
      if (line.isKey && isContentKey(line)) {
        line.isKey = false;
        line.text = [];
        line.contents += 1;
        if (line.contents > 1) throw new HubError('BAD_REQUEST', { reason: 'A line of a commit has two contents' });
        return { end: at + 1, stop: 'content' };
      }
      line.inText = true;
      line.isKey = false;
      line.text = [];
      textFrom = at + 1;
    } else if (byte === 0x3a) line.isKey = true;
    else if (byte === 0x2c || byte === 0x7b || byte === 0x5b) line.isKey = false;
  }
  if (line.inText) line.text.push(Buffer.from(chunk.subarray(textFrom)));
  return { end: chunk.length, stop: 'chunk' };
}

function isContentKey({ text }: Line): boolean {
  return Buffer.concat(text).equals(contentKey);
}

const contentKey = Buffer.from('content');

/** Where the text ends in this chunk: at its quotation mark, or with the chunk. */
function endOfText(line: Line, chunk: Buffer, start: number): number {
  let at = start;
  if (line.isEscaped) {
    line.isEscaped = false;
    at += 1;
  }
  let end = chunk.indexOf(quote, at);
  for (;;) {
    if (end >= 0 && end < at) end = chunk.indexOf(quote, at);
    const until = end < 0 ? chunk.length : end;
    const next = chunk.indexOf(backslash, at);
    if (next < 0 || next >= until) return until;
    line.hasEscapes = true;
    at = next + 2;
    line.isEscaped = at > chunk.length;
    if (line.isEscaped) return chunk.length;
  }
}

function keep(line: Line, part: Buffer): void {
  line.bytes += part.length;
  if (line.bytes > maxLineBytes)
    throw new HubError('TOO_LARGE', { what: `Line ${line.number} of the commit`, limitBytes: maxLineBytes });
  line.parts.push(Buffer.from(part)); // the chunk itself is let go
}

function isBlank({ parts }: Line): boolean {
  return parts.every((part) => part.toString('latin1').trim() === '');
}

function parsed(line: Line): CommitLine {
  try {
    const value: unknown = JSON.parse(Buffer.concat(line.parts).toString('utf8'));
    return { number: line.number, value, hasEscapes: line.hasEscapes };
  } catch (cause) {
    throw new HubError(
      'BAD_REQUEST',
      { reason: `Line ${line.number} of the commit is not JSON: ${(cause as Error).message}` },
      { cause },
    );
  }
}
