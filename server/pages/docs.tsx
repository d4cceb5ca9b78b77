import type { RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import { HubError } from '../../config/errors.js';
import type { RenderedDoc } from '../../views/docs/renderDoc.js';
import { type DocEntry, docFile, docs, oldSlugs } from '../../views/docs/table.js';
import { DocsPage } from '../../views/pages/docs.js';
import { docMarkdown } from '../docs/docMarkdown.js';
import { markup } from '../markup.js';
import type { Services } from '../services.js';
import { chromeOf, sendPage } from './respond.js';

/** What the documents call the hub; the reader's own address takes its place, so that lines can be pasted. */
const placeholder = 'https://hub.example.org';
const placeholderHost = 'hub.example.org';

/** By their whole Markdown: it changes with the models that can be tried here. */
const rendered = new LRUCache<string, RenderedDoc>({ max: 100 });

/** `/docs/hub/{slug}`; `/docs` leads to the first page, old slugs to today's. */
export function docsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const slug = (request.params.slug as string | undefined) ?? 'index';
    const today = oldSlugs[slug];
    if (today) {
      response.redirect(301, `/docs/hub/${today}`);
      return;
    }
    const entry = docs.find((candidate) => candidate.slug === slug);
    if (!entry) throw new HubError('PAGE_NOT_FOUND');
    const chrome = chromeOf(services, request, response);
    const markdown = await docMarkdown(services, request.viewer, entry);
    const doc = await render(entry, withAddress(markdown, chrome.baseUrl));
    const view = { slug, doc };
    await sendPage(services, request, response, <DocsPage chrome={chrome} view={view} />, { math: doc.hasMath });
  };
}

/** `/docs/api`: every operation of the API. */
export function apiReferencePage(services: Services): RequestHandler {
  const page = docsPage(services);
  return (request, response, next) => {
    request.params = { slug: 'api-reference' };
    return page(request, response, next);
  };
}

export function docsHome(): RequestHandler {
  return (_request, response) => response.redirect(302, '/docs/hub/index');
}

/** Also where a password stands before the host, and where a client takes the host alone and is told of https apart. */
function withAddress(markdown: string, baseUrl: string): string {
  const { protocol, host } = new URL(baseUrl);
  return markdown
    .replaceAll(placeholder, baseUrl)
    .replaceAll(new RegExp(`https:(//[^\\s/@]+@)${placeholderHost}`, 'g'), `${protocol}$1${host}`)
    .replaceAll(`"${placeholderHost}", ssl=True`, protocol === 'https:' ? `"${host}", ssl=True` : `"${host}"`);
}

async function render(entry: DocEntry, markdown: string): Promise<RenderedDoc> {
  const kept = rendered.get(markdown);
  if (kept) return kept;
  const { renderDoc } = await markup.doc();
  const doc = renderDoc(markdown, docFile(entry));
  rendered.set(markdown, doc);
  return doc;
}
