import { makeButton } from './button.js';

const longestSeconds = 60;
const rate = 16_000;

/** Adds a button that records from the microphone; what was said becomes a WAV file of one channel at 16 kHz. */
export function offerRecorder(input: HTMLInputElement, give: (file: File) => void): void {
  const row = document.createElement('p');
  row.className = 'button-row';
  const button = makeButton('Record', 'button', () => {
    if (recorder) return recorder.stop();
    void record();
  });
  const level = document.createElement('meter');
  level.max = 1;
  level.hidden = true;
  level.setAttribute('aria-label', 'Loudness');
  const told = document.createElement('span');
  told.className = 'widget-note';
  told.setAttribute('role', 'status');
  row.append(button, level, told);
  input.after(row);
  void look();
  navigator.mediaDevices?.addEventListener('devicechange', () => void look());

  /** Without a microphone there is nothing to press; one that is plugged in is seen. */
  async function look(): Promise<void> {
    if (!navigator.mediaDevices) return;
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => null);
    if (!devices || recorder) return;
    button.hidden = !devices.some(({ kind }) => kind === 'audioinput');
    told.textContent = button.hidden ? 'There is no microphone.' : '';
  }

  let recorder: MediaRecorder | null = null;

  async function record(): Promise<void> {
    told.textContent = '';
    if (!navigator.mediaDevices) {
      told.textContent = 'Browsers record on HTTPS and localhost only.';
      return;
    }
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      told.textContent = refusal(error);
      button.hidden = isMissing(error);
      return;
    }
    const context = new AudioContext();
    const parts: Blob[] = [];
    const recording = new MediaRecorder(stream);
    recorder = recording;
    const stopMeter = meter(context, stream, level, (seconds) => {
      told.textContent = `${seconds.toFixed(0)} s of at most ${longestSeconds} s`;
      if (seconds >= longestSeconds && recording.state === 'recording') recording.stop();
    });
    recording.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recording.addEventListener('stop', () => {
      recorder = null;
      button.textContent = 'Record';
      stopMeter();
      for (const track of stream.getTracks()) track.stop();
      void new Blob(parts)
        .arrayBuffer()
        .then((bytes) => waveOf(context, bytes))
        .then(give, () => {
          told.textContent = 'The recording cannot be read.';
        })
        .finally(() => void context.close());
      told.textContent = '';
    });
    recording.start();
    button.textContent = 'Stop';
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

function refusal(error: unknown): string {
  if (isMissing(error)) return 'There is no microphone.';
  if (error instanceof DOMException && error.name === 'NotAllowedError')
    return 'The browser was not allowed to use the microphone.';
  return 'The microphone cannot be used.';
}

function meter(
  context: AudioContext,
  stream: MediaStream,
  level: HTMLMeterElement,
  onTime: (seconds: number) => void,
): () => void {
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const began = performance.now();
  level.hidden = false;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    level.value = Math.min(
      1,
      samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    );
    onTime((performance.now() - began) / 1000);
  }, 100);
  return () => {
    clearInterval(timer);
    level.hidden = true;
  };
}

async function waveOf(context: AudioContext, bytes: ArrayBuffer): Promise<File> {
  const sound = await context.decodeAudioData(bytes);
  const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * rate)), rate);
  const source = offline.createBufferSource();
  source.buffer = sound;
  source.connect(offline.destination);
  source.start();
  const samples = (await offline.startRendering()).getChannelData(0);
  return new File([waveBytes(samples)], 'recording.wav', { type: 'audio/wav' });
}

function waveBytes(samples: Float32Array): ArrayBuffer {
  const bytes = new ArrayBuffer(44 + samples.length * 2);
  const view = new DataView(bytes);
  const text = (at: number, word: string): void => {
    for (let place = 0; place < word.length; place += 1) view.setUint8(at + place, word.charCodeAt(place));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (const [place, sample] of samples.entries())
    view.setInt16(44 + place * 2, Math.max(-1, Math.min(1, sample)) * 32_767, true);
  return bytes;
}
