import { assertGolden } from '../support/golden.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

const card = `---
language: [en, fr]
license: apache-2.0
pipeline_tag: text-classification
tags: [tiny]
datasets: [imdb]
widget:
- text: A fine day
---
# Tiny

The loss of \\\\(x_i\\\\) is

$$
mse = (\\frac{1}{n})\\sum_{i=1}^{n}(y_{i} - x_{i})^{2}
$$

| a | b |
|---|---|
| $5 | $6 |

\`\`\`python
print("hello")
\`\`\`

[settings](config.json) <script>alert(1)</script>
`;

const pages: Readonly<Record<string, string>> = {
  home: '/',
  models: '/models?pipeline_tag=text-classification&license=apache-2.0',
  'models-none': '/models?search=nothing',
  model: '/admin/tiny',
  tree: '/admin/tiny/tree/main',
  blob: '/admin/tiny/blob/main/config.json',
  commits: '/admin/tiny/commits/main',
  profile: '/admin',
  login: '/login',
  'not-found': '/admin/missing',
};

/** The frame is compared once, with the home page. */
function withoutFrame(html: string): string {
  return html
    .replace(/<header class="site-header">[\s\S]*?<\/header>/, '<header>')
    .replace(/<footer class="site-footer">[\s\S]*?<\/footer>/, '<footer>');
}

/** Without what differs from run to run; each tag on a line, so that differences can be read. */
function stable(html: string, { url }: RealHub): string {
  return `${html}\n`
    .replaceAll(url, 'http://hub')
    .replace(/127\.0\.0\.1:\d+/g, 'hub')
    .replace(/(\/assets\/[\w-]+)\.[\w-]+\.(css|js|svg|png|woff2|ico)/g, '$1.HASH.$2')
    .replace(/(\/assets\/\w+\/)[0-9a-f]{12}\//g, '$1HASH/')
    .replace(/(name="csrf" value=")[^"]+/g, '$1CSRF')
    .replace(/<time[^>]*>[^<]*<\/time>/g, '<time>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'REQUEST')
    .replace(/></g, '>\n<');
}

/** A page that goes out before git has read the history is asked for again. */
async function whole(address: string): Promise<string> {
  for (;;) {
    const html = await (await fetch(address, { headers: { Accept: 'text/html' } })).text();
    if (!/data-late/.test(html)) return html;
  }
}

describe('pages are as recorded', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const copy = await hub.workingCopy({
      'README.md': card,
      'config.json': '{"model_type": "bert", "architectures": ["BertForSequenceClassification"]}\n',
    });
    await git(copy, 'push', `${hub.remote}/admin/tiny`, 'main');
  });
  after(() => hub.close());

  for (const [name, address] of Object.entries(pages)) {
    it(address, async () => {
      const html = await whole(hub.url + address);
      assertGolden(`pages/${name}.html`, stable(name === 'home' ? html : withoutFrame(html), hub));
    });
  }
});
