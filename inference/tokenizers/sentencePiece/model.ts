import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { messageFields } from '../../../indexer/formats/index.js';
import { sizeOf, unavailable } from '../../snapshot/snapshotFiles.js';

export type PieceType = 'normal' | 'unknown' | 'control' | 'userDefined' | 'unused' | 'byte';

export interface Piece {
  readonly text: string;
  /** A float32. */
  readonly score: number;
  readonly type: PieceType;
}

/** What a SentencePiece file (`.spm`, `.model`) says. */
export interface SentencePieceModel {
  /** The file, for messages. */
  readonly name: string;
  readonly algorithm: 'unigram' | 'bpe';
  /** By id. */
  readonly pieces: readonly Piece[];
  readonly unknownId: number;
  /** What an unknown piece becomes in a text. */
  readonly unknownSurface: string;
  /** Unknown characters become the pieces of their bytes. */
  readonly byteFallback: boolean;
  /** A space belongs to the word before it, not to the one behind it. */
  readonly spaceIsSuffix: boolean;
  readonly addDummyPrefix: boolean;
  readonly removeExtraSpaces: boolean;
  readonly escapeSpaces: boolean;
  /** Rules of characters, see charsMap.ts; null when a text is taken as it is. */
  readonly charsMap: Buffer | null;
}

/** Vocabularies of 256,000 pieces have 5 MB. */
const maxBytes = 64 * 1_048_576;
const maxPieces = 1_000_000;
const pieceTypes: readonly PieceType[] = ['normal', 'normal', 'unknown', 'control', 'userDefined', 'unused', 'byte'];

/** The model in a file of a snapshot, or null when it is absent. @throws HubError INFERENCE_UNAVAILABLE that names the file */
export async function readSentencePiece(folder: string, name: string): Promise<SentencePieceModel | null> {
  const file = path.join(folder, name);
  const size = await sizeOf(file);
  if (size === null) return null;
  if (size > maxBytes) throw unavailable(`${name} has ${size} bytes, at most ${maxBytes} are read`);
  return parseSentencePiece(name, await readFile(file));
}

/** Source of the fields: sentencepiece_model.proto. @throws HubError INFERENCE_UNAVAILABLE that names the file */
export function parseSentencePiece(name: string, bytes: Buffer): SentencePieceModel {
  try {
    return parse(name, bytes);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'WEIGHT_HEADER_INVALID') throw error;
    throw unavailable(`${name} is no SentencePiece model: ${error.details.reason}`);
  }
}

function parse(name: string, bytes: Buffer): SentencePieceModel {
  const pieces: Piece[] = [];
  let trainer: Trainer = { algorithm: 1, byteFallback: false, spaceIsSuffix: false, unknownSurface: ' \u2047 ' };
  let normalizer: Normalizer = { addDummyPrefix: true, removeExtraSpaces: true, escapeSpaces: true, charsMap: null };
  for (const { field, bytes: message } of messageFields(name, bytes)) {
    if (field === 1) pieces.push(parsePiece(name, message));
    else if (field === 2) trainer = parseTrainer(name, message, trainer);
    else if (field === 3) normalizer = parseNormalizer(name, message, normalizer);
    if (pieces.length > maxPieces) throw unavailable(`${name} has more than ${maxPieces} pieces`);
  }
  const { algorithm: number, ...rest } = trainer;
  const algorithm = ({ 1: 'unigram', 2: 'bpe' } as const)[number];
  if (!algorithm) throw unavailable(`${name} is of type ${number}; Unigram (1) and BPE (2) are read`);
  const unknownId = pieces.findIndex(({ type }) => type === 'unknown');
  if (unknownId < 0) throw unavailable(`${name} has no unknown piece`);
  return { name, algorithm, pieces, unknownId, ...rest, ...normalizer };
}

function parsePiece(name: string, message: Buffer): Piece {
  let text = '';
  let score = 0;
  let type: PieceType = 'normal';
  for (const { field, value, bytes } of messageFields(name, message)) {
    if (field === 1) text = bytes.toString('utf8');
    else if (field === 2) score = value;
    else if (field === 3) type = pieceTypes[value] ?? 'normal';
  }
  if (text === '') throw unavailable(`${name} has an empty piece`);
  return { text, score, type };
}

interface Trainer extends Pick<SentencePieceModel, 'byteFallback' | 'spaceIsSuffix' | 'unknownSurface'> {
  readonly algorithm: number;
}

function parseTrainer(name: string, message: Buffer, defaults: Trainer): Trainer {
  const found = { ...defaults };
  for (const { field, value, bytes } of messageFields(name, message)) {
    if (field === 3) found.algorithm = value;
    else if (field === 24) found.spaceIsSuffix = value !== 0;
    else if (field === 35) found.byteFallback = value !== 0;
    else if (field === 44) found.unknownSurface = bytes.toString('utf8');
  }
  return found;
}

type Normalizer = Pick<SentencePieceModel, 'addDummyPrefix' | 'removeExtraSpaces' | 'escapeSpaces' | 'charsMap'>;

function parseNormalizer(name: string, message: Buffer, defaults: Normalizer): Normalizer {
  const found = { ...defaults };
  for (const { field, value, bytes } of messageFields(name, message)) {
    if (field === 2) found.charsMap = bytes.length > 0 ? bytes : null;
    else if (field === 3) found.addDummyPrefix = value !== 0;
    else if (field === 4) found.removeExtraSpaces = value !== 0;
    else if (field === 5) found.escapeSpaces = value !== 0;
  }
  return found;
}
