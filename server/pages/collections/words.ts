import type { FormErrors } from '../../../views/components/form.js';
import { limits } from '../../collections/collections.js';
import type { Form } from '../../csrf.js';

export interface CollectionWords {
  readonly title: string;
  readonly description: string;
  readonly private: boolean;
}

/** What a form says of a collection, and what is wrong with it. */
export function wordsOf(form: Form): { readonly words: CollectionWords; readonly errors: FormErrors | null } {
  const words = {
    title: (form.title ?? '').trim(),
    description: (form.description ?? '').trim(),
    private: form.visibility === 'private',
  };
  const errors: Record<string, string> = {};
  if (words.title === '') errors.title = 'Give the collection a title.';
  if (words.title.length > limits.title) errors.title = `The title has more than ${limits.title} characters.`;
  if (words.description.length > limits.description)
    errors.description = `The description has more than ${limits.description} characters.`;
  return { words, errors: Object.keys(errors).length > 0 ? errors : null };
}
