import { type ComponentChildren, createContext, Fragment, h, type VNode } from 'preact';
import { useContext } from 'preact/hooks';

/** Addresses of the built assets; each changes with the content, so that browsers may keep them for ever. */
export interface AssetUrls {
  readonly css: string;
  readonly katexCss: string;
  /** SVG sprite; a symbol is `${icons}#name`. */
  readonly icons: string;
  readonly favicon: string;
  /** PNG-free default for social cards. */
  readonly socialImage: string;
  /** Address of a browser module by its name without extension: `hub-filter`. */
  module(name: string): string;
}

/** What the frame of every page needs. Made once a request by server/pages/respond.ts. */
export interface Chrome {
  /** null when nobody is signed in. */
  readonly viewer: { readonly name: string; readonly fullName: string; readonly isAdmin: boolean } | null;
  /** Path and query of this page, as asked. */
  readonly url: string;
  /** Public address of the hub without trailing slash. */
  readonly baseUrl: string;
  readonly theme: 'auto' | 'light' | 'dark';
  /** Long lines of code are broken. */
  readonly wrapCode: boolean;
  /** Address of the picture that an account uploaded; null = the one made of its name. */
  avatarOf(name: string): string | null;
  readonly registrationOpen: boolean;
  readonly assets: AssetUrls;
  readonly version: string;
  /** Whom to ask for more; null = not said. */
  readonly contact: string | null;
  readonly requestId: string;
  /** Token for a form's hidden field; call it only when there is a form, since it may set a cookie. */
  csrf(): string;
}

const ChromeContext = createContext<Chrome | null>(null);

/** Hands the chrome down to icons and forms; `Page` does it for whole pages. */
export function InChrome({
  value,
  children,
}: {
  readonly value: Chrome;
  readonly children?: ComponentChildren;
}): VNode {
  return h(Fragment, null, h(ChromeContext.Provider, { value }, children));
}

export function useChrome(): Chrome {
  const chrome = useContext(ChromeContext);
  if (!chrome) throw new Error('Rendered outside <InChrome>');
  return chrome;
}
