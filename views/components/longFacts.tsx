/** Keys with values of any length, as files have them. */
export function LongFacts({ rows }: { readonly rows: readonly (readonly [key: string, value: string])[] }) {
  return (
    <dl class="facts facts-long">
      {rows.map(([key, value]) => (
        <div key={key}>
          <dt class="mono">{key}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
