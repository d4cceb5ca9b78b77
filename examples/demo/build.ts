/** `npx tsx examples/demo/build.ts FOLDER`: writes the repository of the demo model, ready to be committed and pushed. */
import path from 'node:path';
import { buildDemoModel } from '../../server/demo/buildDemoModel.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Name the folder to write to: npx tsx examples/demo/build.ts FOLDER\n');
  process.exitCode = 2;
} else {
  await buildDemoModel(path.resolve(folder));
  process.stdout.write(`The model is in ${path.resolve(folder)}\n`);
}
