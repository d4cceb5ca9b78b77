import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import type { RepoKind } from '../../config/repo.js';

/**
 * What a repository made by the form or the API begins with, so that the first `git push` of weights goes to LFS
 * without `git lfs track`. The patterns are those of the Hub's new repositories.
 */
const modelPatterns =
  '*.7z *.arrow *.bin *.bz2 *.ckpt *.ftz *.gz *.h5 *.joblib *.lfs.* *.mlmodel *.model *.msgpack *.npy *.npz *.onnx *.ot ' +
  '*.parquet *.pb *.pickle *.pkl *.pt *.pth *.rar *.safetensors saved_model/**/* *.tar.* *.tar *.tflite *.tgz *.wasm *.xz ' +
  '*.zip *.zst *tfevents*';

const datasetPatterns =
  `${modelPatterns} *.lz4 *.mds ` +
  '*.pcm *.sam *.raw *.aac *.flac *.mp3 *.ogg *.wav *.bmp *.gif *.png *.tiff *.jpg *.jpeg *.webp *.mp4 *.webm';

export function defaultGitattributes(kind: RepoKind): string {
  const patterns = kind === 'dataset' ? datasetPatterns : modelPatterns;
  return patterns
    .split(' ')
    .map((pattern) => `${pattern} filter=lfs diff=lfs merge=lfs -text\n`)
    .join('');
}

/** A card that says these and nothing else yet. A name is quoted: it may look like a number. */
export function firstCard({ title, sdk, license }: { title?: string; sdk?: string; license?: string }): string {
  const fields = Object.entries({ title: title && JSON.stringify(title), sdk, license });
  const lines = fields.flatMap(([field, value]) => (value ? [`${field}: ${value}\n`] : []));
  return `---\n${lines.join('')}---\n`;
}

/** A card that asks for every part and has every field; what it asks for is invisible on the page. */
export function cardTemplate(kind: RepoKind, { name, license }: { name?: string; license?: string } = {}): string {
  const template = readFileSync(path.join(projectRoot, 'server', 'repositories', `${kind}Card.md`), 'utf8');
  const named = name ? template.replace(/^# (Model|Dataset|Space) name$/m, () => `# ${name}`) : template;
  return license ? named.replace(/^license:.*$/m, () => `license: ${license}`) : named;
}
