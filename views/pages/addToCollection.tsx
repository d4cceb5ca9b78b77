import type { Chrome } from '../chrome.js';
import { CsrfField, ErrorSummary, type FormErrors, SelectField, TextField } from '../components/form.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { safeUrl } from '../safe.js';

export interface AddToCollectionView {
  /** `owner/name`, with `datasets/` or `spaces/` before it. */
  readonly item: string;
  /** Those that the viewer may change. */
  readonly collections: readonly { readonly id: string; readonly owner: string; readonly title: string }[];
  readonly collection: string;
  readonly note: string;
  readonly maxNote: number;
  readonly errors: FormErrors;
}

/** `/collections/add` */
export function AddToCollectionPage({ chrome, view }: { readonly chrome: Chrome; readonly view: AddToCollectionView }) {
  const { item, collections, errors } = view;
  const making = safeUrl(`/collections/new?item=${encodeURIComponent(item)}`);
  return (
    <Page chrome={chrome} title="Add to a collection" width="narrow" noIndex>
      <div class="form-card">
        <h1>Add to a collection</h1>
        <p>
          <a class="mono breaks" href={safeUrl(`/${item}`)}>
            {item}
          </a>
        </p>
        {collections.length === 0 ? (
          <div class="panel stack">
            <p>You have no collection yet.</p>
            <div>
              <a class="button button-primary" href={making}>
                <Icon name="plus" /> New collection
              </a>
            </div>
          </div>
        ) : (
          <form class="form panel" method="post" action="/collections/add">
            <CsrfField />
            <ErrorSummary errors={errors} />
            <input type="hidden" name="item" value={item} />
            <SelectField
              name="collection"
              label="Collection"
              value={view.collection}
              choices={collections.map(({ id, owner, title }) => ({ value: id, text: `${owner} / ${title}` }))}
              errors={errors}
            />
            <TextField
              name="note"
              label="Note"
              hint="Shown beside it; may be empty."
              value={view.note}
              maxlength={view.maxNote}
              autocomplete="off"
            />
            <div class="button-row">
              <button class="button button-primary" type="submit">
                Add
              </button>
              <a class="button" href={making}>
                <Icon name="plus" /> New collection
              </a>
            </div>
          </form>
        )}
      </div>
    </Page>
  );
}
