/** The picture that was asked about. */
export interface Picture {
  /** null = it is in the browser's hands, and `<hub-widget>` puts it in. */
  readonly source: string | null;
  readonly width: number;
  readonly height: number;
}

const colours = 8;
/** A page has one widget, and that one picture to draw on. */
const pictureId = 'widget-picture';

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
    <g class={partColour(index)} data-part={index}>
      <rect class="drawn-mask" width={width} height={height} mask={`url(#${maskId(index)})`} />
    </g>
  );
}

function maskId(index: number): string {
  return `widget-mask-${index}`;
}

/** The class of the colour that the parts of one place have, counted from 0. */
export function partColour(index: number): string {
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
