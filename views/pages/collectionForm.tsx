import type { Chrome } from '../chrome.js';
import { ActionCell, ActionTable } from '../components/actionTable.js';
import { CsrfField, ErrorSummary, type FormErrors, RadioField, SelectField, TextField } from '../components/form.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { safeUrl } from '../safe.js';

export interface CollectionValues {
  readonly title: string;
  readonly description: string;
  readonly visibility: string;
}

/** Longest texts. */
export interface CollectionLimits {
  readonly title: number;
  readonly description: number;
  readonly note: number;
}

export interface NewCollectionView {
  readonly namespaces: readonly string[];
  readonly owner: string;
  readonly values: CollectionValues;
  /** What goes into it at once, as `/collections/add` names it; '' = nothing. */
  readonly item: string;
  readonly limits: CollectionLimits;
  readonly errors: FormErrors;
}

/** `/collections/new` */
export function NewCollectionPage({ chrome, view }: { readonly chrome: Chrome; readonly view: NewCollectionView }) {
  return (
    <Page chrome={chrome} title="New collection" width="narrow" noIndex>
      <div class="form-card">
        <h1>New collection</h1>
        <form class="form panel" method="post" action="/collections/new">
          <CsrfField />
          <ErrorSummary errors={view.errors} />
          {view.item && (
            <p>
              <input type="hidden" name="item" value={view.item} />
              With <span class="mono breaks">{view.item}</span>
            </p>
          )}
          <SelectField
            name="owner"
            label="Owner"
            value={view.owner}
            choices={view.namespaces.map((name) => ({ value: name, text: name }))}
            errors={view.errors}
          />
          <Words {...view} />
          <div>
            <button class="button button-primary" type="submit">
              Make collection
            </button>
          </div>
        </form>
      </div>
    </Page>
  );
}

type WordsProps = Pick<NewCollectionView, 'values' | 'limits' | 'errors'>;

function Words({ values, limits, errors }: WordsProps) {
  return (
    <>
      <TextField
        name="title"
        label="Title"
        hint={`At most ${limits.title} characters. It may change later; the address stays good.`}
        value={values.title}
        maxlength={limits.title}
        autocomplete="off"
        errors={errors}
        required
      />
      <TextField
        name="description"
        label="Description"
        hint="What the items have in common."
        value={values.description}
        maxlength={limits.description}
        autocomplete="off"
        errors={errors}
      />
      <RadioField
        name="visibility"
        legend="Who may see it"
        value={values.visibility}
        choices={[
          { value: 'public', text: 'Public', hint: 'Everybody who can read this hub.' },
          { value: 'private', text: 'Private', hint: 'You, or the members of the organisation.' },
        ]}
      />
    </>
  );
}

export interface EditedItemView {
  readonly id: string;
  /** `model owner/name`, or the title of a collection. */
  readonly name: string;
  readonly href: string;
  readonly note: string;
}

export interface EditCollectionView {
  readonly slug: string;
  readonly owner: string;
  readonly title: string;
  readonly values: CollectionValues;
  readonly limits: CollectionLimits;
  readonly items: readonly EditedItemView[];
  /** What was written to be added. */
  readonly added: { readonly type: string; readonly id: string; readonly note: string };
  readonly errors: FormErrors;
}

/** `/collections/{owner}/{slug}/edit` */
export function EditCollectionPage({ chrome, view }: { readonly chrome: Chrome; readonly view: EditCollectionView }) {
  const { slug, title, items, limits, errors, added } = view;
  const action = `/collections/${slug}/edit`;
  return (
    <Page chrome={chrome} title={`Edit ${title}`} noIndex>
      <div class="stack">
        <header class="page-head">
          <h1>Edit collection</h1>
          <p>
            <a class="breaks" href={safeUrl(`/collections/${slug}`)} dir="auto">
              {title}
            </a>
          </p>
        </header>
        <ErrorSummary errors={errors} />
        {items.length > 0 && <Items action={action} view={view} />}
        <form class="form panel" method="post" action={safeUrl(action)} aria-labelledby="add-title">
          <h2 id="add-title">Add an item</h2>
          <CsrfField />
          <div class="field-row">
            <SelectField
              name="type"
              label="Kind"
              value={added.type}
              choices={[
                { value: 'model', text: 'Model' },
                { value: 'dataset', text: 'Dataset' },
                { value: 'space', text: 'Space' },
                { value: 'collection', text: 'Collection' },
              ]}
            />
            <TextField
              name="id"
              label="Name"
              hint="owner/name; of a collection, the end of its address."
              value={added.id}
              errors={errors}
              autocomplete="off"
              maxlength={300}
              required
              mono
            />
          </div>
          <TextField
            name="note"
            label="Note"
            hint="Shown beside it; may be empty."
            value={added.note}
            maxlength={limits.note}
            autocomplete="off"
          />
          <div>
            <button class="button" type="submit" name="do" value="add">
              <Icon name="plus" /> Add
            </button>
          </div>
        </form>
        <form class="form panel" method="post" action={safeUrl(action)} aria-labelledby="words-title">
          <h2 id="words-title">About it</h2>
          <CsrfField />
          <Words values={view.values} limits={limits} errors={errors} />
          <div>
            <button class="button button-primary" type="submit" name="do" value="save">
              Save
            </button>
          </div>
        </form>
        <details class="confirm">
          <summary class="button">Delete collection</summary>
          <form method="post" action={safeUrl(action)}>
            <CsrfField />
            <p>What it holds stays.</p>
            <button class="button button-danger" type="submit" name="do" value="delete">
              <Icon name="trash-2" /> Delete “{title}”
            </button>
          </form>
        </details>
      </div>
    </Page>
  );
}

function Items({ action, view }: { readonly action: string; readonly view: EditCollectionView }) {
  const { items, limits } = view;
  return (
    <ActionTable label="Items, in their order" heads={['Item', 'Note']}>
      {items.map(({ id, name, href, note }, place) => (
        <tr key={id}>
          <th scope="row">
            <a href={safeUrl(href)} dir="auto">
              {name}
            </a>
          </th>
          <ActionCell head="Note">
            <form class="button-row" id={`item-${id}`} method="post" action={safeUrl(action)}>
              <CsrfField />
              <input type="hidden" name="item" value={id} />
              <input
                class="input"
                name="note"
                value={note}
                maxlength={limits.note}
                aria-label={`Note to ${name}`}
                autocomplete="off"
              />
              <button class="button" type="submit" name="do" value="note">
                Save<span class="visually-hidden"> the note to {name}</span>
              </button>
            </form>
          </ActionCell>
          <ActionCell>
            <div class="button-row">
              <Does item={id} name={name} what="up" text="Up" disabled={place === 0} />
              <Does item={id} name={name} what="down" text="Down" disabled={place === items.length - 1} />
              <Does item={id} name={name} what="remove" text="Remove" />
            </div>
          </ActionCell>
        </tr>
      ))}
    </ActionTable>
  );
}

interface DoesProps {
  readonly item: string;
  readonly name: string;
  readonly what: string;
  readonly text: string;
  readonly disabled?: boolean;
}

/** A button of the form in the item's row. */
function Does({ item, name, what, text, disabled }: DoesProps) {
  return (
    <button class="button" type="submit" name="do" value={what} form={`item-${item}`} disabled={disabled}>
      {text}
      <span class="visually-hidden"> {name}</span>
    </button>
  );
}
