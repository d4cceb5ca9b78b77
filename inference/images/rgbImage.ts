/** A decoded image: red, green and blue of each pixel, row by row, 8 bits each. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Size {
  readonly height: number;
  readonly width: number;
}
