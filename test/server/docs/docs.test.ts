import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { projectRoot } from '../../../config/projectRoot.js';
import { fields } from '../../../indexer/card/fields.js';
import { answeredTasks } from '../../../inference/pipelines/index.js';
import { taskDocs } from '../../../server/docs/taskAnswers.js';
import { type Chrome, InChrome } from '../../../views/chrome.js';
import { docs } from '../../../views/docs/table.js';
import { WidgetAnswer } from '../../../views/widgets/answer.js';
import { exampleValues, widgetFields } from '../../../views/widgets/inputs.js';
import { recordOf, tagNames } from '../../indexer/tags/facts.js';
import { demoHub } from '../../support/demoHub.js';
import { type PageServer, startPageServer } from '../../support/pageServer.js';
import { WebClient } from '../../support/webClient.js';

/** What people asked of the documentation that this hub was made for, and where the answer stands. */
const questions: Readonly<Record<string, string>> = {
  'what a model hub is': 'index#what-this-hub-is faq#what-is-a-model-hub',
  'what to put into a model card': 'model-cards#what-belongs-into-a-card model-cards#a-template',
  'which metadata a card can have': 'model-cards#model-card-metadata model-cards#list-of-license-identifiers',
  'how dataset and metric identifiers are known': 'datasets-cards#dataset-identifiers metrics#naming-metrics',
  'how tags are determined': 'model-tags#frameworks-and-formats model-tags#from-architecture-to-task',
  'what task_specific_params does': 'model-tags#task_specific_params',
  'how widget and API are determined': 'models-widgets#which-task model-tags#the-most-specific-task',
  'which types there are': 'models-tasks#all-tasks models-tasks#fill-mask models-tasks#image-classification',
  'how example inputs are chosen': 'models-widgets-examples#where-examples-come-from',
  'how examples of a language are added': 'models-widgets-examples#adding-a-language',
  'how the API is turned off': 'models-widgets#turning-it-off',
  'how to send many requests': 'faq#may-i-send-many-requests-can-it-be-faster models-inference#limits',
  'what runs the models': 'faq#what-runs-the-models models-compiling#which-graph',
  'whether cards may hold LaTeX': 'model-cards-math#delimiters',
};

const chrome = { assets: { icons: '/icons.svg' } } as Chrome;
const examples = JSON.parse(
  readFileSync(path.join(projectRoot, 'config', 'widget-inputs', 'en.json'), 'utf8'),
) as Record<string, Record<string, unknown>[]>;

describe('the documentation', function () {
  this.timeout(30_000);
  let server: PageServer;
  const pages = new Map<string, string>();

  before(async () => {
    server = await startPageServer(demoHub().services);
    const client = new WebClient(server.url);
    for (const { slug } of docs) {
      const { status, text } = await client.get(`/docs/hub/${slug}`);
      assert.equal(status, 200, slug);
      pages.set(slug, text);
    }
  });
  after(() => server?.close());

  function idsOf(slug: string): ReadonlySet<string> {
    return new Set([...pages.get(slug)!.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!));
  }

  it('has no part that was not generated, one title a page, and ids that are there once', () => {
    for (const [slug, html] of pages) {
      assert.doesNotMatch(html, /generated:/, slug);
      assert.equal(html.match(/<h1\b/g)?.length, 1, slug);
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
      assert.deepEqual(
        ids.filter((id, index) => ids.indexOf(id) !== index),
        [],
        slug,
      );
    }
  });

  it('links only to pages and headings that exist', () => {
    const dead: string[] = [];
    for (const [slug, html] of pages) {
      const article = html.split('<article')[1]!.split('</article>')[0]!;
      for (const [, href] of article.matchAll(/href="([^"]+)"/g)) {
        if (/\.md(#|$)/.test(href!)) dead.push(`${slug}: ${href} is a file`);
        const [, page = slug, place] = /^(?:\/docs\/hub\/([a-z0-9-]+))?(?:#(.+))?$/.exec(href!) ?? [null, null];
        if (page === null) continue;
        if (!pages.has(page)) dead.push(`${slug}: there is no page ${href}`);
        else if (place && !idsOf(page).has(place)) dead.push(`${slug}: there is no heading ${href}`);
      }
    }
    assert.deepEqual(dead, []);
  });

  for (const [question, places] of Object.entries(questions))
    it(`says ${question}`, () => {
      for (const place of places.split(' ')) {
        const [slug, id] = place.split('#') as [string, string];
        assert.ok(pages.has(slug), place);
        assert.ok(idsOf(slug).has(id) || id === 'what-this-hub-is', place);
      }
    });

  it('shows a model of this hub where there is one that answers', () => {
    assert.match(pages.get('models-tasks')!, /<a href="\/[^"?]+\?text=[^"]+">Try it<\/a>/);
    assert.doesNotMatch(pages.get('models-inference')!, /models\/acme\/sentiment"/);
  });

  it('has a row for every task that is answered, with an answer that the widget can draw', () => {
    assert.deepEqual(Object.keys(taskDocs).toSorted(), [...answeredTasks].toSorted());
    for (const [task, { answer }] of Object.entries(taskDocs)) {
      if (!widgetFields[task] || typeof answer === 'string') continue;
      // Pictures are cut in the documentation.
      const output = JSON.parse(JSON.stringify(answer).replaceAll('…', '')) as unknown;
      const answered = h(WidgetAnswer, {
        task,
        output,
        values: exampleValues(task, examples[task]?.[0] ?? {}),
      });
      const html = renderToString(h(InChrome, { value: chrome }, answered));
      assert.doesNotMatch(html, /unexpected form/, task);
    }
  });

  it('tells the tags that its example of metadata gives', () => {
    const text = readFileSync(path.join(projectRoot, 'docs', 'hub', 'model-cards.md'), 'utf8');
    const [, section = ''] = text.split('## Model card metadata');
    const yaml = /```yaml\n---\n([\s\S]*?)---\n```/.exec(section)![1]!;
    const told = [...section.matchAll(/^\| (.+?) \| .+ \| (.+) \|$/gm)].slice(1);
    const rows = told.map(([, names, becomes]) => [
      [...names!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
      /`([^`]+)`/.exec(becomes!)?.[1],
    ]) as [string[], string | undefined][];
    const known = rows.flatMap(([names]) => names);
    assert.deepEqual(
      Object.keys(fields).filter((field) => !known.includes(field)),
      [],
    );
    const tags = tagNames(
      recordOf({
        yaml: `${yaml}\nmodel-index: [{name: m, results: [{task: {type: t}, metrics: [{type: f1, value: 1}]}]}]`,
      }),
    );
    for (const [names, tag] of rows) if (tag) assert.ok(tags.includes(tag), `${names}: ${tag} of ${tags}`);
  });

  it('has the templates that new repositories get', () => {
    for (const slug of ['model-cards', 'datasets-cards'])
      assert.match(pages.get(slug)!.replace(/<[^>]+>/g, ''), /Every field may go\. \/docs\/hub\//, slug);
  });

  it('renders formulas, and allows their styles on that page only', async () => {
    assert.match(pages.get('model-cards-math')!, /class="katex"/);
    const client = new WebClient(server.url);
    const policy = async (slug: string) =>
      (await client.get(`/docs/hub/${slug}`)).headers.get('content-security-policy');
    assert.match((await policy('model-cards-math'))!, /style-src-attr/);
    assert.doesNotMatch((await policy('index'))!, /style-src-attr/);
  });
});
