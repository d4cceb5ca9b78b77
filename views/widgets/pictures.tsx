import { isJsonObject } from '../../config/jsonObject.js';
import { Drawing, MaskAlone, Masks, type Picture, partColour } from './drawings.js';
import { Empty } from './empty.js';
import { fileOf } from './files.js';
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
              {picture ? (
                <MaskAlone index={index} label={`Where ${label} is`} picture={picture} />
              ) : (
                <img src={mask} alt={`Where ${label} is`} />
              )}
              <figcaption dir="auto" class={partColour(index)}>
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

interface MadeImageProps {
  readonly output: unknown;
  /** What was asked for, in words. */
  readonly about: string;
  /** The image that it was made of. */
  readonly before: Picture | null;
}

/** An image that a model made, beside the one that it was made of; null when the answer is none. */
export function MadeImage({ output, about, before }: MadeImageProps) {
  const file = fileOf(output);
  if (!file || !/^image\/(png|jpeg|webp|gif)$/.test(file.type)) return null;
  const made = <img class="widget-picture" src={file.address} alt={about || 'The image that the model made'} />;
  return (
    <>
      {before ? (
        <div class="widget-pictures">
          <figure>
            <Drawing picture={before} label="The image before" />
            <figcaption>Before</figcaption>
          </figure>
          <figure>
            {made}
            <figcaption>After</figcaption>
          </figure>
        </div>
      ) : (
        made
      )}
      <p class="widget-note">
        <a href={file.address} download={`image.${file.type.slice('image/'.length)}`}>
          Download
        </a>
      </p>
    </>
  );
}
