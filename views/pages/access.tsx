import type { Chrome } from '../chrome.js';
import { ActionCell } from '../components/actionTable.js';
import { AdminTable, Does, DoesWithReason, type TablePage } from '../components/adminFrame.js';
import { CsrfField, ErrorSummary, type FormErrors, TextField } from '../components/form.js';
import { RepoFrame, type RepoHead } from '../components/repoFrame.js';
import { Age } from '../components/time.js';
import { formatCount } from '../format.js';
import { safeUrl } from '../safe.js';

export type RequestState = 'pending' | 'accepted' | 'rejected';

export interface AccessRequest {
  readonly userId: number;
  readonly name: string;
  readonly email: string;
  readonly state: RequestState;
  /** What was asked, and what was answered. */
  readonly answers: Readonly<Record<string, string>>;
  /** Why it was rejected. */
  readonly reason: string;
  /** Whether somebody who is rejected was let in before. */
  readonly isWithdrawn: boolean;
  readonly atMs: number;
  readonly decidedAtMs: number | null;
}

export interface AccessView {
  readonly head: RepoHead;
  readonly isGated: boolean;
  /** Which requests are shown. */
  readonly state: RequestState;
  readonly counts: Readonly<Record<RequestState, number>>;
  readonly requests: { readonly rows: readonly AccessRequest[]; readonly total: number };
  readonly page: TablePage;
  readonly maxReason: number;
  readonly name: string;
  readonly errors: FormErrors;
}

const tabs: readonly { readonly state: RequestState; readonly text: string; readonly none: string }[] = [
  { state: 'pending', text: 'Waiting', none: 'Nobody waits for an answer.' },
  { state: 'accepted', text: 'Accepted', none: 'Nobody was let in yet.' },
  { state: 'rejected', text: 'Rejected or withdrawn', none: 'Nobody was rejected, and no access withdrawn.' },
];

/** `…/settings/access`: who asked for the files of a gated repository. */
export function AccessPage({ chrome, view }: { readonly chrome: Chrome; readonly view: AccessView }) {
  const { head, state, counts, requests, page, errors, name } = view;
  const { text, none } = tabs.find((tab) => tab.state === state)!;
  const here = `${head.path}/settings/access`;
  return (
    <RepoFrame chrome={chrome} head={head} tab="settings" title="Access requests" noIndex>
      <p class="quiet">
        <a href={safeUrl(`${head.path}/settings`)}>Settings</a> · Access requests
      </p>
      {!view.isGated && <p>The files are for everybody who sees the repository: nothing is asked at present.</p>}
      <ErrorSummary errors={errors} />
      <nav class="tabs" aria-label="Requests">
        {tabs.map((tab) => (
          <a
            key={tab.state}
            href={safeUrl(`${here}?state=${tab.state}`)}
            aria-current={tab.state === state ? 'page' : undefined}
          >
            {tab.text} <span class="quiet">{formatCount(counts[tab.state])}</span>
          </a>
        ))}
      </nav>
      <AdminTable
        label={`${text} requests`}
        heads={['Who', 'Answers', 'When']}
        total={requests.total}
        page={page}
        none={none}
      >
        {requests.rows.map((request) => (
          <Row key={request.userId} request={request} maxReason={view.maxReason} />
        ))}
      </AdminTable>
      <form class="form panel settings" method="post" action={safeUrl(`${here}?state=accepted`)}>
        <CsrfField />
        <h2>Let somebody in</h2>
        <TextField name="name" label="User name" value={name} errors={errors} autocomplete="off" mono required />
        <div>
          <button class="button" type="submit" name="action" value="grant">
            Give access
          </button>
        </div>
      </form>
    </RepoFrame>
  );
}

/** What one reads of a request that is said no to. */
function Refusal({ request: { isWithdrawn, reason } }: Pick<RowProps, 'request'>) {
  if (!isWithdrawn && !reason) return null;
  return (
    <p class="quiet">
      {isWithdrawn ? 'Withdrawn' : 'Rejected'}
      {reason && `: ${reason}`}
    </p>
  );
}

interface RowProps {
  readonly request: AccessRequest;
  readonly maxReason: number;
}

function Row({ request, maxReason }: RowProps) {
  const { userId, name, email, state, answers, atMs, decidedAtMs } = request;
  const fields = { user: String(userId) };
  return (
    <tr>
      <th scope="row">
        <a class="mono" href={safeUrl(`/${name}`)}>
          {name}
        </a>
        {email && <span class="small quiet"> {email}</span>}
      </th>
      <ActionCell head="Answers" dir="auto">
        {Object.entries(answers).map(([label, answer]) => (
          <p key={label}>
            <span class="quiet">{/[?:]$/.test(label) ? label : `${label}:`}</span> {answer}
          </p>
        ))}
        {state === 'rejected' && <Refusal request={request} />}
      </ActionCell>
      <ActionCell head="When" class="nowrap">
        <Age atMs={decidedAtMs ?? atMs} />
      </ActionCell>
      <ActionCell class="number">
        <div class="button-row">
          {state !== 'accepted' && (
            <Does action="accept" fields={fields} about={name}>
              Accept
            </Does>
          )}
          {state !== 'rejected' && (
            <DoesWithReason action="reject" fields={fields} about={name} maxReason={maxReason}>
              {state === 'accepted' ? 'Withdraw' : 'Reject'}
            </DoesWithReason>
          )}
        </div>
      </ActionCell>
    </tr>
  );
}
