import { listOf, numberOf } from './shapes.js';

const shownNumbers = 24;

/** The shape of nested lists of numbers, and the first numbers; null when they are something else. */
export function VectorView({ output }: { output: unknown }) {
  const shape = shapeOf(output);
  if (!shape) return null;
  let first: unknown = output;
  while (Array.isArray(first) && Array.isArray(first[0])) first = first[0];
  const numbers = listOf((first as unknown[]).slice(0, shownNumbers), numberOf);
  if (!numbers) return null;
  const rest = (shape.at(-1) ?? 0) - numbers.length;
  return (
    <>
      <p class="widget-answer">
        <span class="mono">{shape.join(' × ')}</span> <span class="widget-note">{nameOf(shape)}</span>
      </p>
      <ol class="vector" aria-label="First numbers">
        {numbers.map((number, index) => (
          <li key={index}>{number.toFixed(4)}</li>
        ))}
      </ol>
      {rest > 0 && (
        <p class="widget-note">
          and {rest} more{shape.length > 1 ? ', then the other vectors' : ''}: see the JSON output.
        </p>
      )}
    </>
  );
}

function shapeOf(output: unknown): number[] | null {
  const shape: number[] = [];
  for (let at: unknown = output; Array.isArray(at); at = at[0]) {
    if (at.length === 0 || shape.length === 4) return null;
    shape.push(at.length);
  }
  return shape.length > 0 ? shape : null;
}

function nameOf(shape: readonly number[]): string {
  if (shape.length === 1) return 'one vector for the text';
  return shape.length === 2 ? 'vectors' : 'texts × tokens × numbers';
}
