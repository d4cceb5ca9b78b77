const drawing: ReadonlySet<string> = new Set(['text-generation', 'conversational']);

/** Whether the same question always has the same answer: free texts are drawn at random unless the caller fixes them. */
export function isRepeatable(task: string, parameters: Readonly<Record<string, unknown>>): boolean {
  if (!drawing.has(task)) return parameters.do_sample !== true || hasSeed(parameters);
  return parameters.do_sample === false || parameters.temperature === 0 || hasSeed(parameters);
}

function hasSeed({ seed }: Readonly<Record<string, unknown>>): boolean {
  return seed !== undefined && seed !== null;
}
