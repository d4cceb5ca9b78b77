import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { HubError } from '../../config/errors.js';
import { projectRoot } from '../../config/projectRoot.js';
import type { RenderedDoc } from '../../views/docs/renderDoc.js';
import { docs, oldSlugs } from '../../views/docs/table.js';
import { DocsPage } from '../../views/pages/docs.js';
import { trustedHtml } from '../../views/safe.js';
import { markup } from '../markup.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

/** What the documents call the hub; the reader's own address takes its place, so that lines can be pasted. */
const placeholder = 'https://hub.example.org';

const rendered = new Map<string, Promise<RenderedDoc>>();

/** `/docs/hub/{slug}`; `/docs` leads to the first page, old slugs to today's. */
export function docsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const slug = (request.params.slug as string | undefined) ?? 'index';
    const today = oldSlugs[slug];
    if (today) {
      response.redirect(301, `/docs/hub/${today}`);
      return;
    }
    if (!docs.some((entry) => entry.slug === slug)) throw new HubError('PAGE_NOT_FOUND');
    const doc = await load(slug);
    const chrome = chromeOf(services, request, response);
    const html = trustedHtml(doc.html.replaceAll(placeholder, chrome.baseUrl));
    await sendPage(services, request, response, <DocsPage chrome={chrome} view={{ slug, doc: { ...doc, html } }} />);
  };
}

export function docsHome(): RequestHandler {
  return (_request, response) => response.redirect(302, '/docs/hub/index');
}

/** Rendered once: the documents change only with the program. */
function load(slug: string): Promise<RenderedDoc> {
  let doc = rendered.get(slug);
  if (!doc) {
    doc = render(slug);
    doc.catch(() => rendered.delete(slug));
    rendered.set(slug, doc);
  }
  return doc;
}

async function render(slug: string): Promise<RenderedDoc> {
  const { renderDoc } = await markup.doc();
  return renderDoc(await readFile(path.join(projectRoot, 'docs', 'hub', `${slug}.md`), 'utf8'));
}
