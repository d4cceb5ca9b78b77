/** A picture to look at or a sound to play. */
export function mediumOf(isSound: boolean, address: string, name: string): HTMLElement {
  if (isSound) {
    const audio = document.createElement('audio');
    audio.controls = true;
    audio.className = 'widget-sound';
    audio.src = address;
    audio.setAttribute('aria-label', name);
    return audio;
  }
  const image = document.createElement('img');
  image.src = address;
  image.alt = name;
  return image;
}
