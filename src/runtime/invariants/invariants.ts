import type { z } from 'zod';
import { closest, suggestionText } from '../../model/closest.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { type Invariant, InvariantDraft } from '../../model/invariant.ts';
import { reconcileInvariants } from '../../model/invariant-precedence.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { describeIssue, describeIssues } from '../../model/schema-messages.ts';
import type { GlobalInvariantStore } from '../../ports/global-invariants.ts';
import type { Store } from '../../ports/store.ts';
import { matchesId } from '../plans/match-id.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { keys } from '../records/keys.ts';
import { requireRecord } from '../records/require-record.ts';

/** Where an invariant applies: in the named plans, in every plan of the project, or in every project. */
export type InvariantTarget = { plans: string[] } | { scope: 'project' | 'global' };

interface InvariantHost extends Pick<PlanHost, 'ledger' | 'mintId' | 'send' | 'project'> {
  store: Store;
  globalInvariants: GlobalInvariantStore | undefined;
  resolvePlanId(plan: string): Promise<string>;
}

/** Adds one invariant for each named plan, or one for the whole scope. */
export async function addInvariant(
  host: InvariantHost,
  input: z.input<typeof InvariantDraft>,
  target: InvariantTarget,
): Promise<Invariant[]> {
  const draft = parseDraft(input);
  if ('plans' in target) return addToPlans(host, draft, target.plans);
  const { scope } = target;
  const invariant: Invariant = { invariantId: host.mintId(), scope, origin: scope, ...draft };
  if (scope === 'global') await requireGlobalInvariants(host).save(invariant);
  else {
    assertOverridable(draft);
    assertKnownProject(host, draft);
    await host.store.batch([{ type: 'put', key: keys.invariant(invariant.invariantId), value: invariant }]);
  }
  return [invariant];
}

async function addToPlans(host: InvariantHost, draft: InvariantDraft, plans: readonly string[]): Promise<Invariant[]> {
  assertOverridable(draft);
  if (plans.length === 0) throw new TroupeError('USAGE', 'No plan is named that the invariant should hold in');
  // Resolve all plans before sending the first command.
  const planIds = await Promise.all(plans.map(plan => host.resolvePlanId(plan)));
  const project = 'project' in draft ? draft.project : undefined;
  if (project !== undefined)
    for (const planId of planIds) assertProjectOfPlan(await requireRecord(host, planId), project);
  const added: Invariant[] = [];
  for (const planId of planIds) {
    const invariant: Invariant = { invariantId: host.mintId(), scope: 'plan', origin: 'plan', ...draft };
    await host.send(planId, { type: 'addInvariant', invariant });
    added.push(invariant);
  }
  return added;
}

/** Returns the project's and the global invariants; for a plan, those in force in it, by precedence. */
export async function listInvariants(host: InvariantHost, plan: string | undefined): Promise<Invariant[]> {
  const shared = await host.ledger.sharedInvariants();
  if (plan === undefined) return shared;
  const { invariants, depth, projectLinks } = await requireRecord(host, await host.resolvePlanId(plan));
  const aliases = projectLinks.map(({ alias }) => alias);
  const applicable = shared.filter(({ project }) => project === undefined || aliases.includes(project));
  return depth > 0 ? invariants : reconcileInvariants([...invariants, ...applicable]).effective;
}

/**
 * Removes a project, global, or unfinished plan's invariant, by id or the end of one.
 * @throws {TroupeError} UNKNOWN_INVARIANT
 */
export async function removeInvariant(host: InvariantHost, partialId: string): Promise<Invariant> {
  const isMatch = ({ invariantId }: Invariant) => matchesId(invariantId, partialId);
  const matches: { invariant: Invariant; remove(): Promise<void> }[] = [];
  for (const invariant of (await host.ledger.sharedInvariants()).filter(isMatch)) {
    const { invariantId, scope } = invariant;
    const remove =
      scope === 'global'
        ? () => requireGlobalInvariants(host).remove(invariantId)
        : () => host.store.batch([{ type: 'del', key: keys.invariant(invariantId) }]);
    matches.push({ invariant, remove });
  }
  for (const { planId, invariants, depth } of await host.ledger.records()) {
    // A child has its parent's invariants.
    for (const invariant of depth > 0 ? [] : invariants.filter(isMatch)) {
      const { invariantId } = invariant;
      matches.push({ invariant, remove: () => host.send(planId, { type: 'removeInvariant', invariantId }) });
    }
  }
  const [first, second] = matches;
  if (first === undefined || second !== undefined) throw invariantLookupError(partialId, matches);
  await first.remove();
  return first.invariant;
}

function invariantLookupError(partialId: string, matches: readonly { invariant: Invariant }[]): TroupeError {
  const message =
    matches.length === 0
      ? `There is no invariant ${partialId}`
      : `${partialId} could be any of ${matches.map(({ invariant }) => invariant.invariantId).join(', ')}`;
  return new TroupeError('UNKNOWN_INVARIANT', message, {
    where: partialId,
    hints: [commandHint('invariant list'), commandHint('plan list', { options: { all: true } })],
  });
}

function parseDraft(input: z.input<typeof InvariantDraft>): InvariantDraft {
  const parsed = InvariantDraft.safeParse(input, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw new TroupeError(
    'INVALID_INVARIANT',
    `This is no invariant: ${describeIssues({ issues: parsed.error.issues.flatMap(ofLastForm) }, 'it')}`,
    {
      hints: [commandHint('help invariant add')],
    },
  );
}

/** Of a value of several forms, what the last of them asks for. */
const ofLastForm = (issue: z.core.$ZodIssue) =>
  issue.code === 'invalid_union' ? issue.errors.slice(-1).flat() : [issue];

function assertProjectOfPlan({ planId, projectLinks }: PlanRecord, project: string): void {
  const known = projectLinks.map(({ alias }) => alias);
  if (known.includes(project)) return;
  throw new TroupeError('USAGE', `This plan does not work on ${project}, but on ${known.join(', ')}`, {
    where: project,
    hints: [commandHint('plan status', { planId })],
  });
}

/** An invariant in this project's store must name one of its projects. */
function assertKnownProject({ project: { linked } }: InvariantHost, draft: InvariantDraft): void {
  const wanted = 'project' in draft ? draft.project : undefined;
  const known = [...(linked?.keys() ?? ['main'])];
  if (wanted === undefined || known.includes(wanted)) return;
  const meant = closest(wanted, known);
  throw new TroupeError('USAGE', `There is no project "${wanted}" here; ${suggestionText(meant, known, 'known:')}`, {
    where: wanted,
    hints: [commandHint('help invariant add')],
  });
}

/**
 * @throws {TroupeError} USAGE for nonOverridable in a plan's or project's invariant: only global ones and those of
 * actions can have it
 */
export function assertOverridable({ nonOverridable }: InvariantDraft): void {
  if (!nonOverridable) return;
  throw new TroupeError('USAGE', 'Only a global invariant, or one of an action, can be one that nothing overrides', {
    where: 'nonOverridable',
    hints: [commandHint('help invariant add')],
  });
}

function requireGlobalInvariants({ globalInvariants }: InvariantHost): GlobalInvariantStore {
  if (globalInvariants !== undefined) return globalInvariants;
  throw new TroupeError('USAGE', 'There is nowhere to keep what holds for every project', {
    where: 'openTroupe({ globalInvariants })',
    hints: [commandHint('help invariant add')],
  });
}
