/**
 * `node scripts/widgetFiles.mjs`: draws the pictures and sounds of config/widget-files, which widgets offer where a card has no
 * example. All of it is made here: nobody else has rights in them. Needs the Chromium of the tests (HUBSTEAD_TEST_CHROMIUM).
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'config', 'widget-files');

const pictures = {
  'lake.png': `<svg viewBox="0 0 320 240" width="320" height="240">
    <path fill="#bfe0f2" d="M0 0h320v140H0z"/><circle cx="262" cy="42" r="20" fill="#f6c945"/>
    <path fill="#7f95a8" d="M0 140 62 52l40 52 34-40 74 76z"/><path fill="#f2f5f7" d="m62 52 17 22-11-3-8 7-8-8-8 4z"/>
    <path fill="#6f9f5b" d="M0 132q90-20 180-2t140-10v40H0z"/><path fill="#3f7fae" d="M0 156q160-12 320 0v84H0z"/>
    <path fill="#f3e9d8" d="M206 96h62v42h-62z"/><path fill="#a8362c" d="m198 98 39-32 39 32z"/>
    <path fill="#5b3a29" d="M214 112h15v26h-15z"/><path fill="#4f87b5" d="M240 108h18v15h-18z"/>
    <path fill="#6b4a2f" d="M152 110h7v30h-7z"/><circle cx="155" cy="98" r="21" fill="#2f6b3c"/>
    <path fill="#7a3f1d" d="M56 196h74q-8 18-22 18H76q-14 0-20-18z"/><path fill="#4a3222" d="M90 124h4v72h-4z"/>
    <path fill="#fdfdfb" d="M98 128q32 26 30 62H98z"/><path fill="#e7e0d2" d="M86 142v48H62q4-28 24-48z"/>
  </svg>`,
  'cat.png': `<svg viewBox="0 0 320 240" width="320" height="240">
    <path fill="#e9dcc6" d="M0 0h320v176H0z"/><path fill="#b98d5e" d="M0 176h320v64H0z"/>
    <path fill="#8fb8d0" d="M22 20h78v92H22z"/><path fill="#fff" d="M58 20h6v92h-6zM22 62h78v6H22z"/>
    <path fill="#2d6a6a" d="M70 148h186v30H70zM74 178h12v40H74zM240 178h12v40h-12z"/><path fill="#3b8686" d="M226 56q30-6 30 20v76h-30z"/>
    <path fill="#d98236" d="M120 148q-8-52 30-56 46-2 58 56z"/><circle cx="136" cy="84" r="28" fill="#d98236"/>
    <path fill="#d98236" d="m112 70 2-32 22 20zM160 70l-2-32-22 20z"/><path fill="#f2b98a" d="m117 62 1-14 10 10zM155 62l-1-14-10 10z"/>
    <path fill="none" stroke="#d98236" stroke-width="12" stroke-linecap="round" d="M204 140q32 4 26-34"/>
    <path fill="none" stroke="#a85d1f" stroke-width="5" d="M166 96q10 12 6 26M182 104q9 12 6 26M136 57v13M126 59l2 10M146 59l-2 10"/>
    <circle cx="126" cy="82" r="4.5" fill="#24331f"/><circle cx="146" cy="82" r="4.5" fill="#24331f"/><path fill="#b5533c" d="M131 92h10l-5 6z"/>
    <path fill="none" stroke="#6b3d17" stroke-width="1.6" d="M136 98q-4 7-10 4M136 98q4 7 10 4M114 92 96 88M114 96l-18 2M158 92l18-4M158 96l18 2"/>
    <path fill="#fdf3e6" d="M128 148q-6-14 6-14t8 14zM152 148q-6-14 6-14t8 14z"/>
    <circle cx="284" cy="206" r="17" fill="#b8324a"/><path fill="none" stroke="#d9697c" stroke-width="2.4" d="M270 200q14-8 28 4M268 208q16-8 31 4M278 192q-6 14 4 30"/>
  </svg>`,
  'receipt.png': `<svg viewBox="0 0 260 320" width="260" height="320" font-family="DejaVu Sans Mono, monospace" font-size="14" fill="#222">
    <path fill="#fbfaf6" d="M0 0h260v320H0z"/><text x="130" y="38" text-anchor="middle" font-size="18" font-weight="bold">Corner Bakery</text>
    <text x="130" y="60" text-anchor="middle">4 March, 08:15</text><path stroke="#222" stroke-dasharray="4 3" d="M20 76h220M20 206h220"/>
    <text x="20" y="106">Bread</text><text x="240" y="106" text-anchor="end">3.20</text>
    <text x="20" y="134">Four rolls</text><text x="240" y="134" text-anchor="end">2.40</text>
    <text x="20" y="162">Plum cake</text><text x="240" y="162" text-anchor="end">4.50</text>
    <text x="20" y="190">Coffee</text><text x="240" y="190" text-anchor="end">2.10</text>
    <text x="20" y="236" font-weight="bold" font-size="17">Total</text><text x="240" y="236" text-anchor="end" font-weight="bold" font-size="17">12.20</text>
    <text x="130" y="284" text-anchor="middle">Thank you</text>
  </svg>`,
};

const rate = 8000;
/** Voiced sounds as three resonances (Hz): what the mouth does between `e`, `l` and `o`. */
const hello = [
  { at: 0, formants: [530, 1840, 2480], breath: 1, loud: 0.25 },
  { at: 0.09, formants: [530, 1840, 2480], breath: 0.9, loud: 0.4 },
  { at: 0.12, formants: [540, 1800, 2480], breath: 0, loud: 1 },
  { at: 0.22, formants: [520, 1700, 2500], breath: 0, loud: 1 },
  { at: 0.28, formants: [360, 1050, 2600], breath: 0, loud: 0.55 },
  { at: 0.35, formants: [360, 1000, 2600], breath: 0, loud: 0.6 },
  { at: 0.42, formants: [540, 960, 2450], breath: 0, loud: 1 },
  { at: 0.62, formants: [400, 760, 2400], breath: 0, loud: 0.7 },
  { at: 0.74, formants: [360, 700, 2400], breath: 0, loud: 0 },
];

function between(points, time) {
  const next = points.findIndex(({ at }) => at > time);
  if (next < 1) return points.at(next === 0 ? 0 : -1);
  const [a, b] = [points[next - 1], points[next]];
  const share = (time - a.at) / (b.at - a.at);
  const mix = (from, to) => from + (to - from) * share;
  return {
    formants: a.formants.map((one, index) => mix(one, b.formants[index])),
    breath: mix(a.breath, b.breath),
    loud: mix(a.loud, b.loud),
  };
}

/** A source, pulses or breath, through three resonators one after the other. */
function speech() {
  const samples = new Float64Array(Math.round(rate * 1.1));
  const widths = [70, 100, 140];
  const memory = widths.map(() => [0, 0]);
  let phase = 0;
  let seed = 1;
  const noise = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 1_073_741_823.5 - 1;
  };
  for (const index of samples.keys()) {
    const time = index / rate - 0.15;
    const { formants, breath, loud } = between(hello, time);
    phase += (150 - 55 * Math.max(0, time) + 12 * Math.sin(time * 9)) / rate;
    const isPulse = phase >= 1;
    if (isPulse) phase -= 1;
    // A pulse that falls off: the throat opens and closes.
    const voice = phase < 0.6 ? Math.sin((phase / 0.6) * Math.PI) ** 2 * (phase < 0.4 ? 1 : 0.4) - 0.3 : -0.3;
    let value = (voice * (1 - breath) + noise() * 0.35 * breath) * loud * (time < 0 || time > 0.74 ? 0 : 1);
    for (const [place, frequency] of formants.entries()) {
      const fall = Math.exp((-Math.PI * widths[place]) / rate);
      const b = 2 * fall * Math.cos((2 * Math.PI * frequency) / rate);
      const c = -fall * fall;
      const [one, two] = memory[place];
      value = (1 - b - c) * value + b * one + c * two;
      memory[place] = [value, one];
    }
    samples[index] = value;
  }
  return samples;
}

/** Three strokes of a small bell: partials that are no whole multiples, each dying away at its own pace. */
function bell() {
  const samples = new Float64Array(Math.round(rate * 1.1));
  const partials = [
    [1, 1, 3.2],
    [2.01, 0.6, 4.5],
    [2.76, 0.35, 7],
  ];
  for (const [stroke, note] of [660, 550, 440].entries()) {
    const start = 0.05 + stroke * 0.28;
    for (const index of samples.keys()) {
      const time = index / rate - start;
      if (time < 0) continue;
      for (const [ratio, size, fall] of partials)
        samples[index] += size * Math.exp(-fall * time) * Math.sin(2 * Math.PI * note * ratio * time);
    }
  }
  const end = samples.length;
  for (let index = end - 400; index < end; index += 1) samples[index] *= (end - index) / 400;
  return samples;
}

/** WAV of one channel, 8 bits a sample. */
function wave(samples) {
  const loudest = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, Buffer.from(samples.map((one) => Math.round(128 + (one / loudest) * 120)))]);
}

const browser = await chromium.launch({ executablePath: process.env.HUBSTEAD_TEST_CHROMIUM });
try {
  const page = await browser.newPage();
  for (const [name, svg] of Object.entries(pictures)) {
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
    await page.locator('svg').screenshot({ path: path.join(folder, name) });
  }
} finally {
  await browser.close();
}
writeFileSync(path.join(folder, 'hello.wav'), wave(speech()));
writeFileSync(path.join(folder, 'bell.wav'), wave(bell()));
