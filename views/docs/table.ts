/** One page of the documentation. */
export interface DocEntry {
  /** Its address is `/docs/hub/<slug>`. */
  readonly slug: string;
  /** In the side navigation. */
  readonly title: string;
  /** Its Markdown below docs/, where that is not `hub/<slug>.md`. */
  readonly file?: string;
}

export interface DocGroup {
  readonly title: string;
  readonly pages: readonly DocEntry[];
}

/** The documentation in reading order, as the side navigation groups it. */
export const docGroups: readonly DocGroup[] = [
  {
    title: 'Begin',
    pages: [
      { slug: 'index', title: 'What this hub is' },
      { slug: 'repositories-getting-started', title: 'Your first repository' },
      { slug: 'repositories-git-lfs', title: 'Git and LFS' },
      { slug: 'writing-in-the-browser', title: 'Writing in the browser' },
      { slug: 'files-and-versions', title: 'Files and versions' },
      { slug: 'faq', title: 'Questions' },
    ],
  },
  {
    title: 'People',
    pages: [
      { slug: 'accounts', title: 'Accounts' },
      { slug: 'organizations', title: 'Organisations' },
      { slug: 'security-tokens', title: 'Access tokens' },
      { slug: 'models-gated', title: 'Gated repositories' },
      { slug: 'collections', title: 'Collections' },
      { slug: 'discussions', title: 'Discussions and pull requests' },
      { slug: 'activity', title: 'What happened' },
    ],
  },
  {
    title: 'Cards and tags',
    pages: [
      { slug: 'model-cards', title: 'Model cards' },
      { slug: 'model-cards-math', title: 'Formulas in cards' },
      { slug: 'model-tags', title: 'How tags are found' },
      { slug: 'datasets-cards', title: 'Datasets' },
      { slug: 'metrics', title: 'Metrics and results' },
    ],
  },
  {
    title: 'Running models',
    pages: [
      { slug: 'models-widgets', title: 'Widgets' },
      { slug: 'models-widgets-examples', title: 'Widget examples' },
      { slug: 'models-tasks', title: 'Tasks' },
      { slug: 'models-inference', title: 'Inference API' },
      { slug: 'models-generation', title: 'Text generation' },
      { slug: 'models-tensors', title: 'Open Inference Protocol' },
      { slug: 'models-compiling', title: 'What runs here' },
    ],
  },
  {
    title: 'Running a hub',
    pages: [
      { slug: 'install', title: 'Installation', file: 'install.md' },
      { slug: 'administration', title: 'Administration' },
      { slug: 'configuration', title: 'Options', file: 'options.md' },
      { slug: 'deployment', title: 'Deployment', file: 'deployment.md' },
    ],
  },
  {
    title: 'Reference',
    pages: [
      { slug: 'clients', title: 'Clients of the Hub' },
      { slug: 'api', title: 'API' },
      { slug: 'api-reference', title: 'API reference' },
      { slug: 'webhooks', title: 'Webhooks' },
      { slug: 'errors', title: 'Errors', file: 'errors.md' },
      { slug: 'notices', title: 'Licence notices' },
    ],
  },
];

export const docs: readonly DocEntry[] = docGroups.flatMap(({ pages }) => pages);

/** Where a page's Markdown lies below docs/. */
export function docFile({ slug, file }: DocEntry): string {
  return file ?? `hub/${slug}.md`;
}

/** Addresses that documents elsewhere still name. */
export const oldSlugs: Readonly<Record<string, string>> = {
  main: 'index',
  'model-repos': 'model-cards',
  inference: 'models-inference',
  'input-examples': 'models-widgets-examples',
};
