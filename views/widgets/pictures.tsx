import { isJsonObject } from '../../config/jsonObject.js';
import type { Scored } from './bars.js';
import { Masks, maskColour, type Picture } from './drawings.js';
import { Empty } from './empty.js';
import { listOf, numberOf } from './shapes.js';

/** Base64 of a PNG, as a picture in the page; null for anything else. */
function pngAddress(value: unknown): string | null {
  return typeof value === 'string' && /^iVBORw0KGgo[\w+/]*={0,2}$/.test(value)
    ? `data:image/png;base64,${value}`
    : null;
}

interface Segment {
  readonly label: string;
  readonly score: number | null;
  readonly picture: string;
}

const shownSegments = 40;

/** The masks of an image's segments over it, and side by side; null when the answer has another form. */
export function Segments({ output, picture }: { output: unknown; picture: Picture | null }) {
  if (!Array.isArray(output)) return null;
  const segments = listOf(output, segmentOf);
  if (!segments) return null;
  if (segments.length === 0) return <Empty what="No segment found." />;
  return (
    <>
      {picture && (
        <Masks
          masks={segments.slice(0, shownSegments).map(({ label, picture: address }) => ({ label, address }))}
          picture={picture}
        />
      )}
      <ul class="widget-pictures">
        {segments.slice(0, shownSegments).map(({ label, score, picture: mask }, index) => (
          <li key={index} data-part={picture ? index : undefined}>
            <figure>
              <img src={mask} alt={`Where ${label} is`} />
              <figcaption dir="auto" class={maskColour(index)}>
                {picture && <span class="legend-colour" aria-hidden="true" />} {label}{' '}
                {score !== null && <span class="mono">{score.toFixed(3)}</span>}{' '}
                {picture && (
                  <button type="button" class="link-button" hidden aria-pressed="true" data-toggle={index}>
                    Shown<span class="visually-hidden">: {label}</span>
                  </button>
                )}
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
      {segments.length > shownSegments && <p class="widget-note">The JSON output has all {segments.length}.</p>}
    </>
  );
}

function segmentOf(value: unknown): Segment | null {
  const picture = isJsonObject(value) ? pngAddress(value.mask) : null;
  if (!isJsonObject(value) || picture === null) return null;
  return { label: String(value.label), score: numberOf(value.score), picture };
}

/** Distances as a grey picture; null when the answer has another form. */
export function Depth({ output }: { output: unknown }) {
  const picture = isJsonObject(output) ? pngAddress(output.depth) : null;
  return picture === null ? null : <img class="widget-picture" src={picture} alt="Depth in shades of grey" />;
}

/** Boxes as rows for bars, named by their place; null when the answer has another form. */
export function boxRows(output: unknown): readonly Scored[] | null {
  if (!Array.isArray(output)) return null;
  return listOf(output, (row) => {
    if (!isJsonObject(row) || !isJsonObject(row.box)) return null;
    const score = numberOf(row.score);
    const { xmin, ymin, xmax, ymax } = row.box;
    const corners = listOf([xmin, ymin, xmax, ymax], numberOf);
    if (score === null || !corners) return null;
    const [left, top, right, bottom] = corners;
    return { label: `${String(row.label)} (${left}, ${top} – ${right}, ${bottom})`, score };
  });
}

interface SoundFile {
  readonly type: string;
  readonly address: string;
  readonly seconds: number | null;
  readonly rate: number | null;
}

/** A sound to play, with its length and rate where its head tells them; null when the answer is none. */
export function Sound({ output }: { output: unknown }) {
  const sound = soundOf(output);
  if (!sound) return null;
  const { type, address, seconds, rate } = sound;
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: the words are those of the form above */}
      <audio class="widget-sound" controls src={address} />
      <p class="widget-note">
        {seconds !== null && `${seconds.toFixed(1)} s · `}
        {rate !== null && `${rate / 1000} kHz · `}
        <a href={address} download={`speech.${type.slice(type.lastIndexOf('/') + 1).replace(/^x-/, '')}`}>
          Download
        </a>
      </p>
    </>
  );
}

function soundOf(output: unknown): SoundFile | null {
  if (!isJsonObject(output) || typeof output.blob !== 'string') return null;
  const type = output['content-type'];
  if (typeof type !== 'string' || !/^audio\/[\w.+-]+$/.test(type) || !/^[\w+/]*={0,2}$/.test(output.blob)) return null;
  const head = Buffer.from(output.blob.slice(0, 60), 'base64');
  const isWave =
    head.length >= 44 && head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 16) === 'WAVEfmt ';
  const bytesPerSecond = isWave ? head.readUInt32LE(28) : 0;
  const bytes = (output.blob.length * 3) / 4 - 44;
  return {
    type,
    address: `data:${type};base64,${output.blob}`,
    seconds: bytesPerSecond > 0 ? bytes / bytesPerSecond : null,
    rate: isWave ? head.readUInt32LE(24) : null,
  };
}
