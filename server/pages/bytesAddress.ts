/** Whether a path is one of a file's bytes (`resolve`, `raw`), which programs ask for as well as people. */
export function isBytesAddress(path: string): boolean {
  return /^\/(?:[^/]+\/){1,3}(?:resolve|raw)\//.test(path);
}
