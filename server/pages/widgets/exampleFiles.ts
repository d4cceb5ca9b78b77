import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { assets } from '../assets.js';
import { type InputExample, readInputs } from './widgetInputs.js';

/*
 * Pictures and sounds that come with the hub (config/widget-files; scripts/widgetFiles.mjs makes them), for whoever has no file
 * at hand. They are assets. An example names one by its address, which begins with `/` as no path of a repository does.
 */

const list = path.join(projectRoot, 'config', 'widget-files', 'examples.json');
let read: ReturnType<typeof readInputs>['examples'] | undefined;

/** Examples of a task that takes a file, for models of all languages: a picture speaks none. */
export function fileExamples(task: string): readonly InputExample[] {
  read ??= readInputs(list).examples;
  return (read[task] ?? []).flatMap((example) => {
    const file = assets().examples.get(String(example.src));
    return file ? [{ ...example, src: file.address }] : [];
  });
}

/** The bytes at such an address; null for anything else. */
export function exampleFile(address: string): Uint8Array | null {
  const found = [...assets().examples.values()].find((file) => file.address === address);
  return found ? new Uint8Array(found.body) : null;
}
