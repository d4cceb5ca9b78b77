import { safeUrl } from '../../safe.js';

/** Who wrote or made a commit. */
export interface Person {
  readonly name: string;
  /** The account that has their e-mail address. */
  readonly account: string | null;
}

export function PersonName({ person: { name, account } }: { readonly person: Person }) {
  const text = name || account || 'unknown';
  return account ? (
    <a class="person" href={safeUrl(`/${account}`)}>
      <bdi>{text}</bdi>
    </a>
  ) : (
    <bdi class="person">{text}</bdi>
  );
}
