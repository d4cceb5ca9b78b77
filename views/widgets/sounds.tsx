import { isJsonObject } from '../../config/jsonObject.js';
import { Empty } from './empty.js';
import { type AnswerFile, fileOf } from './files.js';
import { listOf, numberOf } from './shapes.js';
import { clock } from './written.js';

/** A sound to play, with its length and rate where its head tells them; null when the answer is none. */
export function Sound({ output }: { readonly output: unknown }) {
  const file = soundOf(output);
  return file && <Player file={file} label={null} />;
}

const shownSounds = 20;

/** The sounds that one was taken apart into, each with its name; null when the answer has another form. */
export function Sounds({ output }: { readonly output: unknown }) {
  const sounds = listOf([output].flat(), (one) => {
    const file = soundOf(one);
    return file && { file, label: isJsonObject(one) && typeof one.label === 'string' ? one.label : 'Sound' };
  });
  if (!sounds) return null;
  if (sounds.length === 0) return <Empty what="No sound came out." />;
  return (
    <>
      {sounds.slice(0, shownSounds).map(({ file, label }, index) => (
        <section key={index}>
          <h3 class="widget-subtitle" dir="auto">
            {label}
          </h3>
          <Player file={file} label={label} />
        </section>
      ))}
    </>
  );
}

function Player({ file, label }: { readonly file: AnswerFile; readonly label: string | null }) {
  const { type, address } = file;
  const { seconds, rate } = waveOf(file);
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: the words are those of the form above */}
      <audio class="widget-sound" controls src={address} aria-label={label ?? undefined} />
      <p class="widget-note">
        {seconds !== null && `${seconds.toFixed(1)} s · `}
        {rate !== null && `${rate / 1000} kHz · `}
        <a href={address} download={`${fileName(label)}.${type.slice(type.lastIndexOf('/') + 1).replace(/^x-/, '')}`}>
          Download{label && <span class="visually-hidden"> {label}</span>}
        </a>
      </p>
    </>
  );
}

function fileName(label: string | null): string {
  return label?.replace(/[^\w-]+/g, '-').slice(0, 60) || 'speech';
}

function soundOf(output: unknown): AnswerFile | null {
  const file = fileOf(output);
  return file?.type.startsWith('audio/') ? file : null;
}

/** Length and rate of a WAV file; null of others. */
function waveOf({ base64 }: AnswerFile): { readonly seconds: number | null; readonly rate: number | null } {
  const head = Buffer.from(base64.slice(0, 60), 'base64');
  const isWave =
    head.length >= 44 && head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 16) === 'WAVEfmt ';
  const bytesPerSecond = isWave ? head.readUInt32LE(28) : 0;
  const bytes = (base64.length * 3) / 4 - 44;
  return {
    seconds: bytesPerSecond > 0 ? bytes / bytesPerSecond : null,
    rate: isWave ? head.readUInt32LE(24) : null,
  };
}

interface Voice {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

const shownVoices = 500;
const colours = 8;

/** When somebody speaks, as stretches of a line and as rows that `<hub-widget>` plays; null when the answer has another form. */
export function Voices({ output }: { readonly output: unknown }) {
  const voices = Array.isArray(output) ? listOf(output, voiceOf) : null;
  if (!voices) return null;
  if (voices.length === 0) return <Empty what="No speech detected." />;
  const shown = voices.slice(0, shownVoices);
  const length = Math.max(...shown.map(({ end }) => end), 0.001);
  const labels = [...new Set(shown.map(({ label }) => label))];
  return (
    <>
      <svg class="voices" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="bar-ground" width={1000} height={40} />
        {shown.map(({ label, start, end }, index) => (
          <rect
            key={index}
            class={`voice cat-${(labels.indexOf(label) % colours) + 1}`}
            x={((start / length) * 1000).toFixed(1)}
            width={Math.max(2, ((end - start) / length) * 1000).toFixed(1)}
            height={40}
          />
        ))}
      </svg>
      <ol class="chunks" aria-label="Stretches of speech">
        {shown.map(({ label, start, end }, index) => (
          <li key={index}>
            <button type="button" class="chunk-time mono" disabled data-seek={start}>
              {clock(start)} – {clock(end)}
            </button>{' '}
            <span dir="auto">{label}</span>
          </li>
        ))}
      </ol>
      {voices.length > shownVoices && <p class="widget-note">The JSON output has all {voices.length}.</p>}
    </>
  );
}

function voiceOf(value: unknown): Voice | null {
  if (!isJsonObject(value)) return null;
  const start = numberOf(value.start);
  const end = numberOf(value.end);
  if (start === null || end === null || end < start || start < 0) return null;
  return { label: typeof value.label === 'string' ? value.label : 'speech', start, end };
}
