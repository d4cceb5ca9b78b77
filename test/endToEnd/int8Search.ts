import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newInt8Name } from '../../inference/quantise/int8Files.js';
import { serveSearch } from '../../inference/quantise/serveSearch.js';

/*
 * The program that searches, without a clock: what each plan reaches is in the file `speed` of the data folder. Where there is
 * a file `dies` or `hangs`, it does so in the middle of its work, with files half written.
 */
let data = '';
const at = (name: string): string => path.join(data, name);

process.prependListener('message', (message) => {
  const { folder } = message as { readonly folder: string };
  data = path.join(folder, '..', '..');
  if (!existsSync(at('dies')) && !existsSync(at('hangs'))) return;
  const name = newInt8Name(`compiled-${'0'.repeat(16)}`);
  for (const ending of ['weights', 'onnx', '0123456789ab.onnx', 'onnx.0123456789ab.tmp'])
    writeFileSync(path.join(folder, `${name}.${ending}`), 'half');
  if (existsSync(at('dies'))) process.kill(process.pid, 'SIGKILL');
  process.removeAllListeners('message');
});
serveSearch(async () => Number(readFileSync(at('speed'), 'utf8')));
