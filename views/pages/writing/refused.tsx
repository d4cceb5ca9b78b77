import type { Finding } from '../../../hooks/types.js';
import { Icon } from '../../components/icon.js';

/** Why a commit was refused, each reason with what helps; the page focuses it. */
export function Refused({ findings }: { readonly findings: readonly Finding[] }) {
  const refusals = findings.filter(({ severity }) => severity === 'refusal');
  if (refusals.length === 0) return null;
  return (
    <div class="notice notice-danger" role="alert" tabindex={-1} id="refused" autofocus>
      <Icon name="triangle-alert" />
      <div>
        <h2 class="notice-title">Nothing was committed</h2>
        <ul class="findings">
          {refusals.map(({ message, remedy }, index) => (
            <li key={index}>
              {message}
              {remedy.map((line) => (
                <span key={line} class={line.startsWith('git ') ? 'remedy mono' : 'remedy'}>
                  {line}
                </span>
              ))}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
