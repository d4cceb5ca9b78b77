/** The documentation in reading order: slug (file docs/hub/<slug>.md and the address) → title of the side navigation. */
export const docs: readonly { readonly slug: string; readonly title: string }[] = [
  { slug: 'index', title: 'What this hub is' },
  { slug: 'repositories-getting-started', title: 'Your first repository' },
  { slug: 'model-cards', title: 'Model cards' },
  { slug: 'datasets-cards', title: 'Dataset cards' },
  { slug: 'models-widgets', title: 'Widgets' },
  { slug: 'models-widgets-examples', title: 'Widget examples' },
  { slug: 'models-inference', title: 'Running models' },
  { slug: 'models-compiling', title: 'What runs here' },
  { slug: 'models-tasks', title: 'Tasks' },
  { slug: 'models-generation', title: 'Text generation' },
  { slug: 'models-tensors', title: 'Open Inference Protocol' },
  { slug: 'security-tokens', title: 'Access tokens' },
  { slug: 'api', title: 'API' },
  { slug: 'faq', title: 'Questions' },
  { slug: 'notices', title: 'Licence notices' },
];

/** Addresses that documents elsewhere still name. */
export const oldSlugs: Readonly<Record<string, string>> = {
  main: 'index',
  'model-repos': 'model-cards',
  inference: 'models-inference',
  'input-examples': 'models-widgets-examples',
};
