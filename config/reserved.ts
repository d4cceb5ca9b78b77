/**
 * First path segments that no account may be called: pages of the hub, addresses of its API, and names kept for later.
 * `admin` is not among them: the administrators' pages live under `/-/admin`. A test compares this with the routes.
 */
const reserved = new Set(
  (
    '- api assets blog buckets collections community contact datasets docs explore favicon.ico forgot-password front healthz hf-inference join ' +
    'kernels languages licenses login logout metrics models models-json new new-dataset notifications oauth organizations papers ' +
    'pipeline pricing privacy raw readyz resolve robots.txt search settings sitemap.xml spaces static status tasks terms tree ' +
    'v1 v2 .well-known xet'
  ).split(' '),
);

export function isReserved(name: string): boolean {
  return reserved.has(name.toLowerCase());
}

export function reservedNames(): ReadonlySet<string> {
  return reserved;
}
