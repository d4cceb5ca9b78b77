/** A load that was seen to take less than this part of the estimate found room that others had left: it says nothing. */
const believed = 0.25;

/**
 * What a model takes by its measurement and by a later load of the same graph: the less of both, since what the process takes
 * for itself meanwhile only adds; null = the measurement stands.
 */
export function correctedBytes(measured: number, loaded: number, estimated: number): number | null {
  return loaded < measured && loaded >= believed * estimated ? loaded : null;
}
