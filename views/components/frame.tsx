import type { ComponentChildren } from 'preact';
import { type Chrome, InChrome } from '../chrome.js';
import type { SafeUrl } from '../safe.js';
import { SiteFooter } from './siteFooter.js';
import { type Section, SiteHeader } from './siteHeader.js';

export interface PageProps {
  readonly chrome: Chrome;
  /** Without the hub's name, which is appended. */
  readonly title: string;
  readonly children: ComponentChildren;
  /** Which entry of the navigation is this page's. */
  readonly current?: Section;
  readonly description?: string;
  /** Path or address that search engines should keep. */
  readonly canonical?: string;
  readonly noIndex?: boolean;
  /** Browser modules of this page, by name, beside the one that every page has: `hub-widget`. */
  readonly modules?: readonly string[];
  /** Links KaTeX's style sheet. */
  readonly math?: boolean;
  /** Social card beside title and description. */
  readonly social?: { readonly image?: SafeUrl; readonly large?: boolean; readonly type?: 'website' | 'article' };
  /** Extra skip links, before the content: `{ href: '#filters', text: 'Skip to filters' }`. */
  readonly skipLinks?: readonly { readonly href: `#${string}`; readonly text: string }[];
  /** Prefills the search box of the header; false leaves the box out where the page has its own. */
  readonly search?: string | false;
  /** 'full': the page lays out its own sections; 'narrow': forms and messages; 'normal': one container. */
  readonly width?: 'normal' | 'narrow' | 'full';
}

/** The frame of every page: head, skip links, header, `<main>`, footer. One h1 belongs into the children. */
export function Page(props: PageProps) {
  const { chrome, children, width = 'normal', skipLinks = [] } = props;
  return (
    <html
      lang="en"
      data-theme={chrome.theme === 'auto' ? undefined : chrome.theme}
      data-wrap={chrome.wrapCode ? '' : undefined}
    >
      <Head {...props} />
      <body>
        <InChrome value={chrome}>
          <nav class="skip-links" aria-label="Skip">
            <a href="#main">Skip to content</a>
            {skipLinks.map(({ href, text }) => (
              <a key={href} href={href}>
                {text}
              </a>
            ))}
          </nav>
          <SiteHeader current={props.current} search={props.search} />
          <main id="main" tabindex={-1} class={width === 'full' ? 'main' : `main container container-${width}`}>
            {children}
          </main>
          <SiteFooter />
        </InChrome>
      </body>
    </html>
  );
}

function Head({ chrome, title, description, canonical, noIndex, modules = [], math, social }: PageProps) {
  const { assets, baseUrl } = chrome;
  const fullTitle = title === 'Hubstead' ? title : `${title} · Hubstead`;
  return (
    <head>
      <meta charset="utf-8" />
      <title>{fullTitle}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      {description && <meta name="description" content={description} />}
      {noIndex && <meta name="robots" content="noindex" />}
      {canonical && <link rel="canonical" href={absolute(baseUrl, canonical)} />}
      <link rel="icon" href={assets.favicon} type="image/svg+xml" />
      <link rel="stylesheet" href={assets.css} />
      {math && <link rel="stylesheet" href={assets.katexCss} />}
      {['hub-page', ...modules].map((name) => (
        <script key={name} type="module" src={assets.module(name)} />
      ))}
      <meta property="og:title" content={title} />
      <meta property="og:type" content={social?.type ?? 'website'} />
      <meta property="og:site_name" content="Hubstead" />
      {description && <meta property="og:description" content={description} />}
      <meta property="og:image" content={absolute(baseUrl, social?.image ?? assets.socialImage)} />
      <meta name="twitter:card" content={social?.large ? 'summary_large_image' : 'summary'} />
      <meta name="twitter:image" content={absolute(baseUrl, social?.image ?? assets.socialImage)} />
    </head>
  );
}

function absolute(baseUrl: string, address: string): string {
  return address.startsWith('/') ? baseUrl + address : address;
}
