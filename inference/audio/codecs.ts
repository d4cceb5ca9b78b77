import type { SoundLimits } from './sound.js';

/** Samples as a decoder gives them: an array for each channel. */
export interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
  /** Bits of a sample, where the decoder divides integers by 2^(bits-1) - 1 and not by 2^(bits-1), as others do (FLAC). */
  readonly integerBits?: number;
}

export interface Decoder {
  decode(bytes: Uint8Array): Promise<Decoded>;
  /** What is left at the end of the file. */
  flush(): Promise<Decoded>;
}

export type CodecName = 'flac' | 'mp3' | 'vorbis' | 'opus';

interface Codec {
  readonly isIn: (bytes: Uint8Array) => boolean;
  /** Packages are loaded with the first file of their format: they bring megabytes of WebAssembly. */
  open(): Promise<Decoder>;
}

/** The compressed formats that are read. A new one is a row here, and its package. */
export const codecs: Readonly<Record<CodecName, Codec>> = {
  flac: {
    isIn: (bytes) => begins(bytes, 'fLaC') || hasInFirstPage(bytes, '\x7fFLAC'),
    async open() {
      const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
      const decoder = new FLACDecoder();
      await decoder.ready;
      const withBits = (part: Awaited<ReturnType<typeof decoder.decode>>) => ({ ...part, integerBits: part.bitDepth });
      return {
        decode: async (bytes) => withBits(await decoder.decode(bytes)),
        flush: async () => withBits(await decoder.flush()),
      };
    },
  },
  vorbis: {
    isIn: (bytes) => hasInFirstPage(bytes, '\x01vorbis'),
    async open() {
      const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
      const decoder = new OggVorbisDecoder();
      await decoder.ready;
      return decoder;
    },
  },
  opus: {
    isIn: (bytes) => hasInFirstPage(bytes, 'OpusHead'),
    async open() {
      const { decoder: open } = await import('@audio/decode-opus');
      const decoder = await open();
      return { decode: async (bytes) => decoder.decode(bytes), flush: async () => decoder.flush() };
    },
  },
  mp3: {
    isIn: (bytes) => begins(bytes, 'ID3') || isMpegFrame(bytes),
    async open() {
      const { MPEGDecoder } = await import('mpg123-decoder');
      const decoder = new MPEGDecoder();
      await decoder.ready;
      return { decode: async (bytes) => decoder.decode(bytes), flush: async () => nothing };
    },
  },
};

const nothing: Decoded = { channelData: [], sampleRate: 0 };

export function codecOf(bytes: Uint8Array): CodecName | null {
  const names = Object.keys(codecs) as CodecName[];
  return names.find((name) => codecs[name].isIn(bytes)) ?? null;
}

/** What goes to the thread that decodes. */
export interface DecodeTask {
  readonly codec: CodecName;
  readonly bytes: Uint8Array;
  readonly limits: SoundLimits;
}

/** What comes back; `reason` is a sentence for the one who sent the sound. */
export type DecodeReply =
  | { readonly ok: true; readonly samples: Float32Array; readonly rate: number }
  | { readonly ok: false; readonly reason: string };

function begins(bytes: Uint8Array, text: string): boolean {
  return text === String.fromCharCode(...bytes.subarray(0, text.length));
}

/** The first packet of an Ogg stream begins after the page's header and its table of lengths, and names the codec. */
function hasInFirstPage(bytes: Uint8Array, text: string): boolean {
  return begins(bytes, 'OggS') && begins(bytes.subarray(27 + (bytes[26] ?? 0)), text);
}

/** Eleven bits set, a layer, a bitrate and a rate that exist. */
function isMpegFrame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  const hasSync = first === 0xff && (second & 0xe0) === 0xe0;
  return hasSync && (second & 0x06) !== 0 && (second & 0x18) !== 0x08 && third >> 4 !== 15 && (third & 0x0c) !== 0x0c;
}
