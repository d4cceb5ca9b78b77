/** Whether a path leads to what Xet's own tokens open: those of the hub do not count there, nor these elsewhere. */
export function isXetAddress(url: string): boolean {
  return /^\/xet\/[0-9a-f]{1,64}\/\d{1,15}\/v\d\//.test(url);
}
