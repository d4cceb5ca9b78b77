/** One channel of sound. */
export interface Sound {
  /** Between -1 and 1, but for files of floating numbers that leave it. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
}

/** What reading one sound may cost. */
export interface SoundLimits {
  readonly bytes: number;
  readonly seconds: number;
  /** Of one channel, whatever its rate. */
  readonly samples: number;
  /** Most time that a decoder may take. */
  readonly decodeMs: number;
}

/** An hour at the rates of speech models, some ten minutes of studio sound. */
export const soundLimits: SoundLimits = {
  bytes: 64 * 1024 * 1024,
  seconds: 3600,
  samples: 60_000_000,
  decodeMs: 60_000,
};

/** Telephones have 8,000; below and above these no model was trained. */
export const minRate = 1000;
export const maxRate = 768_000;
export const maxChannels = 32;
