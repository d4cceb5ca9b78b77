import { isJsonObject } from '../../config/jsonObject.js';
import { listOf, numberOf } from './shapes.js';

/** The picture that was asked about. */
export interface Picture {
  /** null = it is in the browser's hands, and `<hub-widget>` puts it in. */
  readonly source: string | null;
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly label: string;
  readonly score: number;
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

const shownBoxes = 100;
const colours = 8;
/** A page has one widget, and that one picture to draw on. */
const pictureId = 'widget-picture';

/** The boxes of an object-detection answer over its picture; null when the answer has another form. */
export function Boxes({ output, picture }: { readonly output: unknown; readonly picture: Picture }) {
  const boxes = Array.isArray(output) ? listOf(output, boxOf) : null;
  if (!boxes || boxes.length === 0) return null;
  const labels = [...new Set(boxes.map(({ label }) => label))];
  // Drawn at about 400 pixels, a letter is then 13 high.
  const size = Math.max(picture.width, picture.height) / 30;
  return (
    <Drawing picture={picture} label={`The picture with ${boxes.length === 1 ? 'one box' : `${boxes.length} boxes`}`}>
      {largestFirst(boxes.slice(0, shownBoxes)).map(({ label, score, xmin, ymin, xmax, ymax, index }) => (
        <g key={index} class={`cat-${(labels.indexOf(label) % colours) + 1}`} data-part={index}>
          <BoxLine class="drawn-ground" {...{ xmin, ymin, xmax, ymax }} />
          <BoxLine class="drawn-box" {...{ xmin, ymin, xmax, ymax }} />
          <text
            class="drawn-label"
            x={Math.max(0, xmin) + size * 0.3}
            y={Math.max(size * 1.1, Math.min(picture.height - size * 0.3, ymin + size * 1.1))}
            font-size={size.toFixed(1)}
          >
            {label} {score.toFixed(2)}
          </text>
        </g>
      ))}
    </Drawing>
  );
}

/** Small boxes lie over large ones, where they can be pointed at; `index` is the place in the answer. */
function largestFirst(boxes: readonly Box[]): readonly (Box & { readonly index: number })[] {
  const area = ({ xmin, ymin, xmax, ymax }: Box) => (xmax - xmin) * (ymax - ymin);
  return boxes.map((box, index) => ({ ...box, index })).sort((a, b) => area(b) - area(a));
}

type LineProps = Pick<Box, 'xmin' | 'ymin' | 'xmax' | 'ymax'> & { readonly class: string };

function BoxLine({ class: name, xmin, ymin, xmax, ymax }: LineProps) {
  return <rect class={name} x={xmin} y={ymin} width={Math.max(1, xmax - xmin)} height={Math.max(1, ymax - ymin)} />;
}

/** Masks of segments over the picture, each in a colour; as large as the masks are. */
export function Masks({
  masks,
  picture,
}: {
  readonly masks: readonly { readonly address: string; readonly label: string }[];
  readonly picture: Picture;
}) {
  const { width, height } = picture;
  return (
    <Drawing picture={picture} label="The picture with its segments in colours">
      {/* Apart from what they uncover: an area that is put away must not take its mask along. */}
      <defs>
        {masks.map(({ address }, index) => (
          <mask key={index} id={maskId(index)} maskUnits="userSpaceOnUse" x={0} y={0} width={width} height={height}>
            <image href={address} width={width} height={height} preserveAspectRatio="none" />
          </mask>
        ))}
      </defs>
      {masks.map((_, index) => (
        <MaskedArea key={index} index={index} picture={picture} />
      ))}
    </Drawing>
  );
}

/** One of those masks over the picture that `Masks` drew: neither is sent again. */
export function MaskAlone({ index, label, picture }: { index: number; label: string; picture: Picture }) {
  return (
    <svg class="drawing" viewBox={`0 0 ${picture.width} ${picture.height}`} role="img" aria-label={label}>
      <use href={`#${pictureId}`} />
      <MaskedArea index={index} picture={picture} />
    </svg>
  );
}

function MaskedArea({ index, picture: { width, height } }: { index: number; picture: Picture }) {
  return (
    <g class={maskColour(index)} data-part={index}>
      <rect class="drawn-mask" width={width} height={height} mask={`url(#${maskId(index)})`} />
    </g>
  );
}

function maskId(index: number): string {
  return `widget-mask-${index}`;
}

export function maskColour(index: number): string {
  return `cat-${(index % colours) + 1}`;
}

interface DrawingProps {
  readonly picture: Picture;
  readonly label: string;
  readonly children?: preact.ComponentChildren;
}

/** Marks over a picture, in its own measure. */
export function Drawing({ picture: { source, width, height }, label, children }: DrawingProps) {
  return (
    <svg class="drawing" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <rect class="drawing-ground" width={width} height={height} />
      <image
        id={pictureId}
        href={source ?? undefined}
        data-picture={source === null ? '' : undefined}
        width={width}
        height={height}
        preserveAspectRatio="none"
      />
      {children}
    </svg>
  );
}

function boxOf(row: unknown): Box | null {
  if (!isJsonObject(row) || !isJsonObject(row.box)) return null;
  const score = numberOf(row.score);
  const { xmin, ymin, xmax, ymax } = row.box;
  const corners = listOf([xmin, ymin, xmax, ymax], numberOf);
  if (score === null || !corners) return null;
  const [left = 0, top = 0, right = 0, bottom = 0] = corners;
  return { label: String(row.label), score, xmin: left, ymin: top, xmax: right, ymax: bottom };
}
