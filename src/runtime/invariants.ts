import type { z } from 'zod';
import { closest } from '../model/closest.ts';
import { Fault } from '../model/fault.ts';
import { type Invariant, InvariantDraft } from '../model/invariant.ts';
import { inWords } from '../model/issue-words.ts';
import type { PlanRecord } from '../model/plan.ts';
import { reconcile } from '../model/precedence.ts';
import type { Shelf } from '../ports/shelf.ts';
import type { Store } from '../ports/store.ts';
import { keys } from './keys.ts';
import { matchesId } from './match-id.ts';
import type { PlanHost } from './plan-handle.ts';
import { recordOf } from './record-of.ts';

/** Where an invariant is in force: in plans that are named, in every plan of the project, or in every project. */
export type Reach = { plans: string[] } | { scope: 'project' | 'global' };

interface Rules extends Pick<PlanHost, 'ledger' | 'mintId' | 'send' | 'project'> {
  store: Store;
  shelf: Shelf | undefined;
  find(plan: string): Promise<string>;
}

/** One invariant for each plan that is named, or one for the whole scope. */
export async function addInvariant(
  rules: Rules,
  given: z.input<typeof InvariantDraft>,
  reach: Reach,
): Promise<Invariant[]> {
  const draft = drafted(given);
  if ('plans' in reach) return addToPlans(rules, draft, reach.plans);
  const { scope } = reach;
  const invariant: Invariant = { invariantId: rules.mintId(), scope, origin: scope, ...draft };
  if (scope === 'global') await shelfOf(rules).put(invariant);
  else {
    refuseOverridable(draft);
    refuseUnknown(rules, draft);
    await rules.store.batch([{ type: 'put', key: keys.invariant(invariant.invariantId), value: invariant }]);
  }
  return [invariant];
}

async function addToPlans(rules: Rules, draft: InvariantDraft, plans: readonly string[]): Promise<Invariant[]> {
  refuseOverridable(draft);
  if (plans.length === 0) throw new Fault('USAGE', 'No plan is named that the invariant should hold in');
  // All of them are found before the first is told.
  const found = await Promise.all(plans.map(plan => rules.find(plan)));
  const project = 'project' in draft ? draft.project : undefined;
  if (project !== undefined) for (const planId of found) refuseStray(await recordOf(rules, planId), project);
  const added: Invariant[] = [];
  for (const planId of found) {
    const invariant: Invariant = { invariantId: rules.mintId(), scope: 'plan', origin: 'plan', ...draft };
    await rules.send(planId, { type: 'constrain', invariant });
    added.push(invariant);
  }
  return added;
}

/** Those of the project and the global ones; of a plan, those in force in it, by precedence. */
export async function listInvariants(rules: Rules, plan: string | undefined): Promise<Invariant[]> {
  const standing = await rules.ledger.standingInvariants();
  if (plan === undefined) return standing;
  const { invariants, depth, projectLinks } = await recordOf(rules, await rules.find(plan));
  const aliases = projectLinks.map(({ alias }) => alias);
  const applicable = standing.filter(({ project }) => project === undefined || aliases.includes(project));
  return depth > 0 ? invariants : reconcile([...invariants, ...applicable]).effective;
}

/** By id, or the end of one: of the project, global, or of a plan that has not ended. @throws {Fault} UNKNOWN_INVARIANT */
export async function removeInvariant(rules: Rules, wanted: string): Promise<Invariant> {
  const isMeant = ({ invariantId }: Invariant) => matchesId(invariantId, wanted);
  const found: { invariant: Invariant; remove(): Promise<void> }[] = [];
  for (const invariant of (await rules.ledger.standingInvariants()).filter(isMeant)) {
    const { invariantId, scope } = invariant;
    const remove =
      scope === 'global'
        ? () => shelfOf(rules).remove(invariantId)
        : () => rules.store.batch([{ type: 'del', key: keys.invariant(invariantId) }]);
    found.push({ invariant, remove });
  }
  for (const { planId, invariants, depth } of await rules.ledger.records()) {
    // A child's are its parent's.
    for (const invariant of depth > 0 ? [] : invariants.filter(isMeant)) {
      const { invariantId } = invariant;
      found.push({ invariant, remove: () => rules.send(planId, { type: 'release', invariantId }) });
    }
  }
  const [first, second] = found;
  if (first === undefined || second !== undefined) throw notOne(wanted, found);
  await first.remove();
  return first.invariant;
}

function notOne(wanted: string, found: readonly { invariant: Invariant }[]): Fault {
  const message =
    found.length === 0
      ? `There is no invariant ${wanted}`
      : `${wanted} could be any of ${found.map(({ invariant }) => invariant.invariantId).join(', ')}`;
  return new Fault('UNKNOWN_INVARIANT', message, {
    where: wanted,
    hints: ['troupe invariant list', 'troupe plan list --all'],
  });
}

function drafted(given: z.input<typeof InvariantDraft>): InvariantDraft {
  const parsed = InvariantDraft.safeParse(given, { error: inWords });
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_INVARIANT', `This is no invariant: ${problems(parsed.error)}`, {
    hints: ['troupe help invariant add'],
  });
}

function problems({ issues }: z.ZodError): string {
  const [issue] = issues.flatMap(each => (each.code === 'invalid_union' ? (each.errors.at(-1) ?? []) : [each]));
  return issue === undefined ? 'it is empty' : `${issue.path.join('.') || 'it'}: ${issue.message}`;
}

function refuseStray({ planId, projectLinks }: PlanRecord, project: string): void {
  const known = projectLinks.map(({ alias }) => alias);
  if (known.includes(project)) return;
  throw new Fault('USAGE', `This plan does not work on ${project}, but on ${known.join(', ')}`, {
    where: project,
    hints: [`troupe plan status ${planId}`],
  });
}

/** A rule of this project's store names one of the projects that plans here can work on. */
function refuseUnknown({ project: { linked } }: Rules, draft: InvariantDraft): void {
  const wanted = 'project' in draft ? draft.project : undefined;
  const known = [...(linked?.keys() ?? ['main'])];
  if (wanted === undefined || known.includes(wanted)) return;
  const meant = closest(wanted, known);
  throw new Fault(
    'USAGE',
    `There is no project "${wanted}" here; ${meant === null ? `known: ${known.join(', ')}` : `did you mean ${meant}?`}`,
    { where: wanted, hints: ['troupe help invariant add'] },
  );
}

/** @throws {Fault} USAGE where an invariant of a plan or a project claims what only global ones and those of actions can be */
export function refuseOverridable({ nonOverridable }: InvariantDraft): void {
  if (!nonOverridable) return;
  throw new Fault('USAGE', 'Only a global invariant, or one of an action, can be one that nothing overrides', {
    where: 'nonOverridable',
    hints: ['troupe help invariant add'],
  });
}

function shelfOf({ shelf }: Rules): Shelf {
  if (shelf !== undefined) return shelf;
  throw new Fault('USAGE', 'There is nowhere to keep what holds for every project', {
    where: 'openTroupe({ shelf })',
    hints: ['troupe help invariant add'],
  });
}
