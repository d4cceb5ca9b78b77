import { isJsonObject } from '../../config/jsonObject.js';
import { Bars } from './bars.js';
import { Drawing, type Picture, partColour } from './drawings.js';
import { Empty } from './empty.js';
import { listOf, numberOf } from './shapes.js';

interface Box {
  readonly label: string;
  readonly score: number;
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

/** Where the words of a box stand: `x` and `y` are their lower left corner. */
interface Place {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const shownBoxes = 100;

/**
 * Objects that were found: their boxes over the picture, and a row for each. Where words would lie on each other or run out of
 * the picture, boxes have numbers in their stead, which the rows explain. Null when the answer has another form.
 * @param picture null = there is none to draw on
 */
export function Detected({ output, picture }: { readonly output: unknown; readonly picture: Picture | null }) {
  const boxes = Array.isArray(output) ? listOf(output, boxOf) : null;
  if (!boxes) return null;
  if (boxes.length === 0) return <Empty what="No object detected." />;
  const drawn = boxes.slice(0, shownBoxes).map((box) => (picture ? within(picture, box) : box));
  const words = picture && placesOf(drawn, ({ label, score }) => `${label} ${score.toFixed(2)}`, picture);
  const isNumbered = words?.some((place) => place === null) ?? false;
  const rows = boxes.map(({ label, score, xmin, ymin, xmax, ymax }, index) => {
    const where = `${label} (${xmin}, ${ymin} – ${xmax}, ${ymax})`;
    return { label: isNumbered && index < shownBoxes ? `${index + 1}: ${where}` : where, score };
  });
  return (
    <>
      {picture && (
        <Boxes
          boxes={drawn}
          places={isNumbered ? placesOf(drawn, (_, index) => String(index + 1), picture) : words!}
          picture={picture}
        />
      )}
      <Bars rows={rows} linked={picture !== null} />
    </>
  );
}

/** Some models draw boxes past the edge: what lies in the picture is seen. */
function within({ width, height }: Picture, box: Box): Box {
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
  return {
    ...box,
    xmin: clamp(box.xmin, width),
    xmax: clamp(box.xmax, width),
    ymin: clamp(box.ymin, height),
    ymax: clamp(box.ymax, height),
  };
}

interface BoxesProps {
  readonly boxes: readonly Box[];
  readonly places: readonly (Place | null)[];
  readonly picture: Picture;
}

function Boxes({ boxes, places, picture }: BoxesProps) {
  const labels = [...new Set(boxes.map(({ label }) => label))];
  return (
    <Drawing picture={picture} label={`The picture with ${boxes.length === 1 ? 'one box' : `${boxes.length} boxes`}`}>
      {largestFirst(boxes).map(({ label, index, ...box }) => (
        <g key={index} class={partColour(labels.indexOf(label))} data-part={index}>
          <BoxLine class="drawn-ground" {...box} />
          <BoxLine class="drawn-box" {...box} />
          {places[index] && (
            <text class="drawn-label" x={places[index].x} y={places[index].y} font-size={letter(picture).toFixed(1)}>
              {places[index].text}
            </text>
          )}
        </g>
      ))}
    </Drawing>
  );
}

/** Drawn at about 400 pixels, a letter is then 13 high. */
function letter({ width, height }: Picture): number {
  return Math.max(width, height) / 30;
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

/** A place for each text in a corner of its box where no other lies; null = there is none. */
function placesOf(
  boxes: readonly Box[],
  textOf: (box: Box, index: number) => string,
  picture: Picture,
): readonly (Place | null)[] {
  const size = letter(picture);
  const taken: Ground[] = [];
  return boxes.map((box, index) => {
    const text = textOf(box, index);
    const ground = cornersOf(box, text.length * size * 0.6, size * 1.2, picture).find(
      (one) => one.width <= picture.width && !taken.some((other) => isOn(one, other)),
    );
    if (!ground) return null;
    taken.push(ground);
    return { text, x: round(ground.x), y: round(ground.y + size) };
  });
}

interface Ground {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Within the box by choice, else right above or below it; never out of the picture. */
function cornersOf(box: Box, width: number, height: number, picture: Picture): readonly Ground[] {
  const edge = height * 0.25;
  const [left, right] = [box.xmin + edge, box.xmax - width - edge];
  const places = [
    [left, box.ymin],
    [right, box.ymin],
    [left, box.ymax - height],
    [right, box.ymax - height],
    [left, box.ymin - height],
    [left, box.ymax],
  ] as const;
  return places.map(([x, y]) => ({
    x: Math.max(0, Math.min(picture.width - width, x)),
    y: Math.max(0, Math.min(picture.height - height, y)),
    width,
    height,
  }));
}

function isOn(one: Ground, other: Ground): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
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
