import type { Chrome } from '../chrome.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import type { RenderedDoc } from '../docs/renderDoc.js';
import { docGroups, docs } from '../docs/table.js';
import { Raw } from '../render.js';

export interface DocsView {
  readonly slug: string;
  readonly doc: RenderedDoc;
}

export function DocsPage({ chrome, view: { slug, doc } }: { readonly chrome: Chrome; readonly view: DocsView }) {
  const at = docs.findIndex((entry) => entry.slug === slug);
  const previous = docs[at - 1];
  const next = docs[at + 1];
  return (
    <Page
      chrome={chrome}
      title={doc.title}
      current="docs"
      canonical={`/docs/hub/${slug}`}
      math={doc.hasMath}
      skipLinks={[{ href: '#docs-nav', text: 'Skip to the list of pages' }]}
    >
      <div class="with-nav docs">
        <nav class="side-nav" id="docs-nav" aria-label="Documentation" tabindex={-1}>
          <details class="docs-fold">
            <summary>All pages</summary>
            <Contents current={slug} />
          </details>
          <div class="docs-wide">
            <Contents current={slug} />
          </div>
        </nav>
        <div class="docs-main">
          <article class="prose">
            <h1>{doc.title}</h1>
            <Raw html={doc.html} />
          </article>
          <nav class="docs-turn" aria-label="Previous and next page">
            {previous && (
              <a href={`/docs/hub/${previous.slug}`} rel="prev">
                <Icon name="chevron-left" /> {previous.title}
              </a>
            )}
            {next && (
              <a class="docs-next" href={`/docs/hub/${next.slug}`} rel="next">
                {next.title} <Icon name="chevron-right" />
              </a>
            )}
          </nav>
        </div>
        {doc.headings.length > 1 && (
          <nav class="docs-toc" aria-label="On this page">
            <p class="facet-heading">On this page</p>
            <ul>
              {doc.headings.map(({ id, text }) => (
                <li key={id}>
                  <a href={`#${id}`}>{text}</a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </div>
    </Page>
  );
}

/** The pages in their groups. */
function Contents({ current }: { readonly current: string }) {
  return docGroups.map(({ title, pages }) => (
    <div key={title} class="docs-group">
      <p class="facet-heading">{title}</p>
      <ul>
        {pages.map(({ slug, title }) => (
          <li key={slug}>
            <a href={`/docs/hub/${slug}`} aria-current={slug === current ? 'page' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </div>
  ));
}
