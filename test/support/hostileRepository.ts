import { deflateRawSync } from 'node:zlib';

/*
 * Everything a pusher may put into a repository to trick the pages that show it. Scripts that run would set `hostile` on
 * the window; requests would go to evil.example.
 */

const script = '<script>window.hostile=1</script>';
const image = '<img src=x onerror="window.hostile=2">';
const attribute = `"><svg onload=window.hostile=3>`;

/** Names that mean something to HTML, URLs, shells or terminals; all of them are names that git and the push policy take. */
export const hostileNames: readonly string[] = [
  `${script.replaceAll('/', '∕')}.txt`,
  '<img src=x onerror=window.hostile=4>.md',
  `"' onmouseover='window.hostile=5.txt`,
  'javascript:window.hostile=6',
  '{{constructor.constructor("window.hostile=7")()}}.json',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '%3Cscript%3E.txt',
  'a?query=1#fragment.txt',
  '-rf',
  '$(touch hostile);`id`.txt',
  '__proto__',
  'constructor/prototype/toString.txt',
  'CON',
  'right\u202eto-left.txt',
  ' leading and trailing .txt ',
  '&lt;b&gt;&amp;.txt',
  `${'very-long-'.repeat(20)}.txt`,
  `${'deep/'.repeat(60)}file.txt`,
  'index.html',
  'page.svg',
  'style.css',
  'module.mjs',
  'resolve/main/raw/blob.txt',
  'main',
  'emoji-🤗-ünïcödé-中文.txt',
];

const card = `---
license: '${attribute}'
language: ['${image}', '../../x']
pipeline_tag: '<b>text-classification'
library_name: '${script}'
tags: ['${script}', '${attribute}', 'javascript:window.hostile=8', '__proto__', '../../etc/passwd', '%3Cscript%3E', 'a&b=c', '']
datasets: ['${image}', '../../../secret', 'constructor']
metrics: ['${script}']
base_model: '${attribute}/../..'
thumbnail: 'javascript:window.hostile=9'
title: '${script}'
widget:
- text: '${script}'
  example_title: '${image}'
- text: {a: b}
- 5
- src: 'https://evil.example/sample.wav'
model-index:
- name: '${script}'
  results:
  - task: {type: '${image}', name: '${attribute}'}
    dataset: {type: '${image}', name: '${script}', config: '${attribute}'}
    metrics: [{type: '${image}', value: '${script}', name: '${attribute}'}]
    source: {url: 'javascript:window.hostile=10', name: '${script}'}
__proto__: {polluted: yes}
constructor: x
---
# Hello ${script}${image} <a name="__proto__"></a>

${script}
${image}
<svg onload="window.hostile=11"><script>window.hostile=12</script><animate onbegin="window.hostile=13"/></svg>
<math><mtext><table><mglyph><style><img src=x onerror="window.hostile=14"></style></mglyph></table></mtext></math>
<iframe src="https://evil.example/frame" srcdoc="<script>parent.hostile=15</script>"></iframe>
<object data="https://evil.example/object"></object><embed src="https://evil.example/embed">
<meta http-equiv="refresh" content="0;url=https://evil.example/refresh">
<base href="https://evil.example/base/">
<link rel="stylesheet" href="https://evil.example/style.css">
<style>body { background: url(https://evil.example/body) } @import "https://evil.example/import";</style>
<div style="background:url(https://evil.example/div);position:fixed;inset:0;z-index:9999">cover</div>
<form action="https://evil.example/form" id="search"><input name="csrf"><button id="body" autofocus onfocus="window.hostile=16">go</button></form>
<video autoplay src="https://evil.example/video" poster="https://evil.example/poster" onerror="window.hostile=17"></video>
<audio autoplay src="https://evil.example/audio"></audio>
<img src="https://evil.example/pixel.png" srcset="https://evil.example/srcset.png 2x" alt="outside">
<img src="//evil.example/relative.png" alt="outside too">
<input type="image" src="https://evil.example/input.png">
<details open ontoggle="window.hostile=18"><summary>more</summary></details>
<a href="javascript:window.hostile=19" id="document">one</a> <a href=" java&#10;script:window.hostile=20">two</a>
<a href="data:text/html,<script>window.hostile=21</script>">three</a> <a href="vbscript:x">four</a>
<!-- <script>window.hostile=22</script> --><![CDATA[ ${script} ]]><? ${script} ?>

[click](javascript:window.hostile=23) [click](<javascript:window.hostile=24>) [up](../../../../etc/passwd)
![image](javascript:window.hostile=25) ![outside](https://evil.example/markdown.png) <javascript:window.hostile=26>
[reference]: javascript:window.hostile=27 "${attribute}"
[reference] and [^note] ${'*'.repeat(500)} ${'['.repeat(500)}

[^note]: ${script}

$$
\\href{javascript:window.hostile=28}{x} \\htmlClass{evil}{y} \\includegraphics{https://evil.example/tex.png} \\def\\a{\\a\\a}\\a
$$

\\\\( \\url{javascript:window.hostile=29} \\\\)

\`\`\`"><script>window.hostile=30</script>
${script}
\`\`\`

| ${script} | ${image} |
|---|---|
| ${attribute} | [x](javascript:window.hostile=31) |

${'> '.repeat(90)}deep quote
`;

/** Deeper than what is rendered: shown as it was written. */
const tooDeep = `# Deep ${image}\n\n${'> '.repeat(200)}${script}\n`;

/** A model whose names, card, settings and headers are all meant to harm whoever shows them. */
export function hostileFiles(): Record<string, string | Buffer> {
  const files: Record<string, string | Buffer> = {};
  for (const name of hostileNames) files[name] = `${script}\n${image}\n${attribute}\n`;
  return {
    ...files,
    'README.md': card,
    'deep.md': tooDeep,
    'page.svg': `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hostile=32">${script}</svg>`,
    'index.html': `<!doctype html>${script}<img src="https://evil.example/html.png">`,
    'config.json': JSON.stringify({
      architectures: [script, '../../x', 'BertForSequenceClassification'],
      model_type: `${attribute}bert`,
      task_specific_params: { [script]: { prefix: image }, __proto__: {}, 'a/../../b': {} },
      id2label: { 0: script, 1: image },
      auto_map: { AutoModel: 'https://evil.example/code.py' },
    }),
    'tokenizer_config.json': JSON.stringify({
      chat_template: `{{ cycler.__init__.__globals__ }}${script}`,
      bos_token: script,
    }),
    'model.safetensors': safetensors({
      __metadata__: { format: script, license: image },
      [script]: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    }),
  };
}

/** Files that are small to push and would be large to read. */
export function bombFiles(): Record<string, string | Buffer> {
  const zeros = deflateRawSync(Buffer.alloc(256 * 1_048_576));
  return {
    'README.md': '# Bombs\n',
    'config.json': `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
    'tokenizer.json': '['.repeat(1_000_000),
    'tokenizer_config.json': `{"chat_template":"${'a'.repeat(3_000_000)}"}`,
    'pytorch_model.bin': zip('archive/data.pkl', zeros, 256 * 1_048_576, 8),
    'stored.bin': zip('archive/data.pkl', Buffer.from(`\x80\x02${'('.repeat(100_000)}`, 'latin1'), 2 ** 31, 0),
    'model.safetensors.index.json': JSON.stringify({
      weight_map: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`t${n}`, `shard-${n}.safetensors`])),
    }),
    'model.onnx': Buffer.alloc(100_000, 0xff),
    'model.gguf': Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(64, 0xff)]),
    'one-line.txt': 'x'.repeat(9_000_000),
    'many-lines.txt': 'y\n'.repeat(1_000_000),
    'card.md': `${'['.repeat(50_000)}\n${'> '.repeat(20_000)}\n${'*a_ '.repeat(50_000)}`,
  };
}

function safetensors(header: object): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(8)]);
}

/** A zip file of one entry (APPNOTE 4.3.7, 4.3.12, 4.3.16); checksums are left out. */
function zip(name: string, content: Buffer, size: number, method: 0 | 8): Buffer {
  const sizes = (header: Buffer, at: number): void => {
    header.writeUInt32LE(content.length, at);
    header.writeUInt32LE(size, at + 4);
  };
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(method, 8);
  sizes(local, 18);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(method, 10);
  sizes(central, 20);
  central.writeUInt16LE(name.length, 28);
  const body = Buffer.concat([local, Buffer.from(name), content]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, central, Buffer.from(name), end]);
}
