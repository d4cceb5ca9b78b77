import { within } from '../../config/deadline.js';
import { repoId, repoPath } from '../../config/repo.js';
import { checkPush } from '../../hooks/checkPush.js';
import { cardFindings } from '../../hooks/policy/card.js';
import { openQuarantine } from '../../hooks/quarantine.js';
import { formatRefusal } from '../../hooks/refusal.js';
import { formatReport, formatShortReport } from '../../hooks/report.js';
import { printable } from '../../hooks/text.js';
import { type Finding, isDelete, parseRefChanges, type RefChange, zeroOid } from '../../hooks/types.js';
import { fileReader } from '../../indexer/formats/fileReader.js';
import type { IndexOutcome } from '../../indexer/types.js';
import { renderAhead } from '../cards/cardOf.js';
import { markMerged } from '../discussions/markMerged.js';
import { type RefRules, refRules } from '../discussions/pushRules.js';
import { recordCommits } from '../discussions/recordCommits.js';
import { availabilityNow } from '../inference/graphs/availabilityNow.js';
import { isLocalDataset } from '../maintenance/repoFacts.js';
import type { Services } from '../services.js';
import { followFirstBranch } from './firstBranch.js';
import type { HookHandlers } from './hookChannel.js';
import type { PushSession } from './pushSession.js';

const noRules: RefRules = { findings: [], leftOut: new Map() };
const mostNamed = 20;

/** A pusher is not kept longer: the page says the rest. */
const reportWithinMs = 9_500;

export interface PushHandlers extends HookHandlers {
  /** After git ended: heals what a post-receive hook that could not ask left undone. */
  pushEnded(session: PushSession): Promise<void>;
}

export function createPushHandlers(services: Services): PushHandlers {
  return {
    async preReceive(session, said) {
      session.unpacked();
      if (session.row.ref.kind === 'model') services.graphChecks.prepare();
      const folder = services.data.repository(session.row.ref);
      const asked = parseRefChanges(said.lines);
      const repository = services.repositories.open(session.row.ref);
      const defaultBranch = await repository.defaultBranch();
      const objects = lfsObjectsOf(services, session);
      const rules = session.movesAllRefs ? noRules : refRules(services, session.row, session.pusher, asked);
      const changes = asked.filter(({ name }) => !rules.leftOut.has(name));
      const findings =
        rules.findings.length > 0
          ? rules.findings
          : await checkPush({
              kind: session.row.ref.kind,
              quarantine: openQuarantine(folder, said),
              stored: repository,
              changes,
              defaultBranch,
              maxBlobBytes: services.options.git.maxBlobBytes,
              isEmpty: async () => !(await repository.resolve(`refs/heads/${defaultBranch}`)),
              lfsObjectBytes: objects.bytes,
              openLfsObject: (oid) => fileReader(services.data.lfsObject(oid)),
              isLocalDataset: (id) => isLocalDataset(services.catalog, id),
              signal: said.signal,
            });
      session.findings = findings;
      if (!findings.some((finding) => finding.severity === 'refusal')) {
        // Until the refs name them, these objects look like nobody's.
        if (services.catalog.renewLfsGrants(session.row.id, objects.used) < objects.used.size)
          return { accepted: false, text: 'Git LFS objects of this push were freed meanwhile: push again.' };
        session.accepted = changes;
        session.leftOut = new Set(rules.leftOut.keys());
        return { accepted: true, text: leftOutText(rules.leftOut) };
      }
      return {
        accepted: false,
        text: formatRefusal(findings, `${session.baseUrl}/docs/hub/repositories-getting-started`),
      };
    },

    async postReceive(session, { lines, isQuiet }) {
      const changes = parseRefChanges(lines);
      session.reported = true;
      const notes = await settle(services, session, changes);
      const job = {
        version: 1 as const,
        id: session.jobId,
        repo: session.row.ref,
        pusher: session.pusher.name,
        refs: changes.map(({ name, old, new: now }) => ({ name, old, new: now })),
      };
      // The watcher may have seen the job while the repository was still pending, and found nothing to index.
      const indexed = services.indexer
        .index(job)
        .then((outcome) => (outcome.commit ? outcome : services.indexer.reindex(session.row.ref)));
      // A failure is the indexer's to log and to try again.
      const outcome = await within(indexed, reportWithinMs);
      const text = await report(services, session, { changes, notes, outcome, isQuiet });
      if (outcome?.changed && outcome.record)
        void renderAhead(services, outcome.repo, outcome.record).catch((error: unknown) =>
          services.log.warn('a card was not rendered ahead', { repo: repoId(outcome.repo), error }),
        );
      return text;
    },

    async pushEnded(session) {
      if (session.reported || session.accepted.length === 0) return;
      const moved = await movedRefs(services, session);
      if (moved.length === 0) return;
      await settle(services, session, moved);
      await services.indexer.reindex(session.row.ref);
    },
  };
}

function leftOutText(leftOut: RefRules['leftOut']): string {
  if (leftOut.size === 0) return '';
  const reasons = [...leftOut.values()].slice(0, mostNamed);
  const more = leftOut.size > mostNamed ? [`… and ${leftOut.size - mostNamed} more.`] : [];
  return printable(['Left out, while the rest is pushed:', ...reasons, ...more].join('\n'));
}

/** Changes that were let through and did happen; git may still refuse one, such as an update of a branch that moved on. */
async function movedRefs({ repositories }: Services, { row, accepted }: PushSession): Promise<readonly RefChange[]> {
  const repository = repositories.open(row.ref);
  const moved: RefChange[] = [];
  for (const change of accepted) {
    const wanted = isDelete(change) ? null : await repository.resolve(change.new);
    if ((await repository.resolve(change.name)) === wanted) moved.push(change);
  }
  return moved;
}

/** Grants, read once; `used` collects those that the push names. */
function lfsObjectsOf({ catalog }: Services, { row }: PushSession) {
  const sizes = new Map(catalog.lfsGrants(row.id).map(({ oid, sizeBytes }) => [oid, sizeBytes]));
  const used = new Set<string>();
  const bytes = (oid: string): number | null => {
    const sizeBytes = sizes.get(oid) ?? null;
    if (sizeBytes !== null) used.add(oid);
    return sizeBytes;
  };
  return { bytes, used };
}

/** What follows from refs that moved: the repository becomes real, HEAD names a branch that exists, the log has a line. */
async function settle(
  services: Services,
  session: PushSession,
  changes: readonly RefChange[],
): Promise<readonly string[]> {
  const { row } = session;
  const notes: string[] = [];
  const isNew = services.catalog.byId(row.id)?.state === 'pending';
  const there = changes.filter((change) => !isDelete(change)).map((change) => change.name);
  // HEAD before the row: a pending repository is looked at again after a kill, an active one is not.
  const followed = await followFirstBranch(services.repositories, row.ref, there);
  if (isNew) {
    services.catalog.activate(row.id);
    notes.push(`Made the ${row.private ? 'private' : 'public'} ${row.ref.kind} ${repoId(row.ref)}.`);
  }
  if (followed) notes.push(followed);
  await recordCommits(services, row, session.pusher.id, changes);
  services.catalog.logPush({ repoId: row.id, userId: session.pusher.id, atMs: Date.now() }, changes);
  await announcePush(services, row.id, changes, isNew);
  await markMerged(services, row, session.pusher.id, changes).catch((error: unknown) =>
    services.log.warn('a push was not compared with pull requests', { repo: repoId(row.ref), error }),
  );
  return notes;
}

const mostAnnouncedRefs = 1000;

async function announcePush(
  services: Services,
  repoId: number,
  changes: readonly RefChange[],
  isNew: boolean,
): Promise<void> {
  const repo = services.catalog.byId(repoId);
  if (!repo) return;
  const headSha = await services.repositories.open(repo.ref).head();
  const updatedRefs = changes.slice(0, mostAnnouncedRefs).map(({ name, old, new: now }) => ({
    ref: name,
    oldSha: old === zeroOid ? null : old,
    newSha: now === zeroOid ? null : now,
  }));
  if (isNew) services.announce({ scope: 'repo', action: 'create', repo, headSha });
  services.announce({ scope: 'repo.content', action: 'update', repo, headSha, updatedRefs });
}

async function report(
  services: Services,
  session: PushSession,
  {
    changes,
    notes,
    outcome,
    isQuiet,
  }: { changes: readonly RefChange[]; notes: readonly string[]; outcome: IndexOutcome | undefined; isQuiet: boolean },
): Promise<string> {
  const pageUrl = session.baseUrl + repoPath(session.row.ref);
  const defaultBranch = await services.repositories.open(session.row.ref).defaultBranch();
  const isDefault = changes.some((change) => change.name === `refs/heads/${defaultBranch}` && !isDelete(change));
  if (isQuiet || !isDefault)
    return formatShortReport({ pageUrl, findings: session.findings, notes: isQuiet ? [] : notes });
  if (!outcome) return `Still indexing: ${pageUrl}\n`;
  const availability =
    session.row.ref.kind === 'model' ? await availabilityNow(services, session.row, outcome.record) : null;
  return formatReport({
    repo: session.row.ref,
    pageUrl,
    commit: outcome.commit ?? '',
    record: outcome.record,
    findings: [...session.findings, ...recordFindings(session.findings, outcome)],
    widget: availability,
    notes,
  });
}

/** Problems that only the derivation found (a widget example of the wrong shape, a header that does not read). */
function recordFindings(known: readonly Finding[], { record }: IndexOutcome): readonly Finding[] {
  const told = new Set(known.map((finding) => finding.message));
  return cardFindings(record?.problems ?? [])
    .map((finding) => ({ ...finding, severity: 'warning' as const }))
    .filter((finding) => !told.has(finding.message));
}
