import { formatAge } from '../format.js';

/** A moment as its age, with the exact time in the title. */
export function Age({ atMs, nowMs = Date.now() }: { readonly atMs: number; readonly nowMs?: number }) {
  const iso = new Date(atMs).toISOString();
  return (
    <time datetime={iso} title={iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}>
      {formatAge(atMs, nowMs)}
    </time>
  );
}
