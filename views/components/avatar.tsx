import { useChrome } from '../chrome.js';
import { safeUrl } from '../safe.js';

/** The picture that an account uploaded, else a geometric one of its name: two shapes in one of eight colours. Decorative. */
export function Avatar({ name, size = 20 }: { readonly name: string; readonly size?: number }) {
  const uploaded = useChrome().avatarOf(name);
  if (uploaded) return <img class="avatar" src={safeUrl(uploaded)} alt="" width={size} height={size} loading="lazy" />;
  const hash = hashOf(name.toLowerCase());
  return (
    <svg
      class={`avatar cat-${(hash % 8) + 1}`}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="avatar-ground" width="20" height="20" rx="4" />
      <path class="avatar-shape" d={shapes[(hash >>> 3) % shapes.length]!} />
      <path class="avatar-shape avatar-shape-2" d={accents[(hash >>> 7) % accents.length]!} />
    </svg>
  );
}

const shapes = [
  'M4 16V8l6-4 6 4v8z',
  'M4 4h8a4 4 0 0 1 0 12H4z',
  'M10 4l6 12H4z',
  'M4 10a6 6 0 0 1 12 0v6H4z',
  'M4 4h12v6a6 6 0 0 1-12 0z',
  'M10 3.500l6.500 6.500-6.500 6.500L3.500 10z',
];
const accents = [
  'M8 16v-4h4v4z',
  'M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  'M4 12h12v2H4z',
  'M9 4h2v12H9z',
  'M7.500 9.500h5v2h-5z',
];

/** FNV-1a, 32 bits: the same picture on every page and after every restart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
