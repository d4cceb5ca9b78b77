import { safeUrl } from '../safe.js';

/** A file that a card gives as an answer. */
export interface CardFile {
  /** As the card has it. */
  readonly url: string;
  readonly address: string;
}

/** A picture, sound or video to look at or hear where the hub has it; what is elsewhere is a link, since it would be told who looks. */
export function FileOfCard({ file: { url, address }, about }: { readonly file: CardFile; readonly about: string }) {
  const href = safeUrl(address);
  const isHere = address.startsWith('/') || address.startsWith('data:');
  const kind = isHere ? kindOf(url) : null;
  return (
    <>
      {kind === 'image' && <img class="widget-picture" src={address} alt={about} />}
      {kind === 'audio' && (
        // biome-ignore lint/a11y/useMediaCaption: the words are those of the form above
        <audio class="widget-sound" controls src={address} />
      )}
      {kind === 'video' && (
        // biome-ignore lint/a11y/useMediaCaption: nobody has captions of a model's output
        <video class="widget-video" controls playsinline src={address} />
      )}
      {!address.startsWith('data:') && (
        <p class="widget-note">
          <a href={href}>{url}</a>
        </p>
      )}
    </>
  );
}

function kindOf(url: string): 'image' | 'audio' | 'video' | null {
  const medium = /^data:(image|audio|video)\//i.exec(url)?.[1]?.toLowerCase();
  if (medium) return medium as 'image' | 'audio' | 'video';
  if (/\.(png|jpe?g|gif|webp|avif)$/i.test(url)) return 'image';
  if (/\.(wav|mp3|flac|ogg|opus|m4a)$/i.test(url)) return 'audio';
  return /\.(mp4|webm)$/i.test(url) ? 'video' : null;
}
