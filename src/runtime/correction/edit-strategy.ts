/**
 * The strategy of a plan as text that you edit before execution: its decisions and subplans. The edited text is
 * compared with the recorded strategy; only differences are recorded, as replacements.
 */

import * as z from 'zod';
import { commandHint } from '../../model/command-hint.ts';
import type { PlanEdit } from '../../model/correction.ts';
import { type Decision, type DecisionDraft, isSpawn, SpawnPayload } from '../../model/decision.ts';
import { TroupeError } from '../../model/errors.ts';
import { Id } from '../../model/id.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { describeIssue, describeIssues } from '../../model/schema-messages.ts';
import { normalizeScope, ResourceScope } from '../../model/scope.ts';
import type { PlanHost } from '../plans/plan-host.ts';

const nonEmptyText = z.string().refine(text => text.trim() !== '', 'it may not be empty');

/** A decision of the strategy. Without an id it is new. */
const ChoiceDraft = z.strictObject({
  id: Id.optional(),
  question: nonEmptyText,
  choose: nonEmptyText,
  rationale: z.string().default(''),
});

/** A subplan of the strategy. Without an id it is new; others can depend on it by its key. */
const SubplanDraft = z.strictObject({
  id: Id.optional(),
  key: nonEmptyText.optional(),
  goal: nonEmptyText,
  resourceScopes: z.array(ResourceScope).default(['.']),
  /** When omitted: the same as the other subplans. */
  parallel: z.boolean().optional(),
  /** Ids or keys of subplans that must complete first. */
  dependsOn: z.array(nonEmptyText).default([]),
});

/** A strategy in a form you can edit. */
export const StrategyDraft = z.strictObject({
  decisions: z.array(ChoiceDraft).default([]),
  subplans: z.array(SubplanDraft).default([]),
});
export type StrategyDraft = z.infer<typeof StrategyDraft>;
type SubplanDraft = z.infer<typeof SubplanDraft> & { parallel: boolean };
interface NormalizedDraft extends StrategyDraft {
  subplans: SubplanDraft[];
}

/** What an edit changes, or would change. */
export interface StrategyEditReport {
  planId: string;
  /** null when nothing differs; then nothing is recorded. */
  correctionId: string | null;
  /** The old decisions and their replacements. */
  changed: { from: Decision; to: DecisionDraft }[];
  added: DecisionDraft[];
  withdrawn: Decision[];
  dryRun: boolean;
}

const isChoice = ({ type }: Decision) => type === 'strategy_choice' || type === 'resource_selection';

/** Returns the current strategy as a draft to edit. */
export async function loadStrategyDraft(host: PlanHost, record: PlanRecord): Promise<StrategyDraft> {
  const held = await host.ledger.decisions(record.planId);
  return {
    decisions: held.filter(isChoice).map(({ decisionId: id, question, chosenOption: choose, rationale }) => ({
      ...{ id, question, choose, rationale },
    })),
    subplans: held
      .filter(({ type }) => isSpawn(type))
      .map(({ decisionId: id, payload }) => {
        const { goal, resourceScopes, parallel, dependencies: dependsOn } = SpawnPayload.parse(payload);
        return { id, goal, resourceScopes, parallel, dependsOn };
      }),
  };
}

/** @throws {TroupeError} INVALID_DECISION naming the entry */
export async function prepareEdit(
  host: PlanHost,
  record: PlanRecord,
  input: unknown,
  dryRun: boolean,
): Promise<{ edit: PlanEdit | null; report: StrategyEditReport }> {
  const { planId } = record;
  const parsed = StrategyDraft.safeParse(input, { error: describeIssue });
  if (!parsed.success) throw invalidStrategyError(planId, describeIssues(parsed.error, 'it'));
  const draft = withUniformMode(planId, parsed.data);
  const current = (await host.ledger.decisions(planId)).filter(each => isChoice(each) || isSpawn(each.type));
  const currentById = new Map(current.map(decision => [decision.decisionId, decision]));
  const listed = [...draft.decisions, ...draft.subplans].flatMap(({ id }) => id ?? []);
  if (new Set(listed).size !== listed.length) throw invalidStrategyError(planId, 'an id is there twice');
  for (const [name, entries] of [
    ['decisions', draft.decisions],
    ['subplans', draft.subplans],
  ] as const) {
    const misplaced = entries.find(
      ({ id }) => id !== undefined && isSpawn(currentById.get(id)?.type ?? 'reversion') !== (name === 'subplans'),
    );
    const unknown = entries.find(({ id }) => id !== undefined && !currentById.has(id));
    const wrong = unknown ?? misplaced;
    if (wrong !== undefined) throw invalidStrategyError(planId, `${name}: ${wrong.id} is none of the strategy's`);
  }
  const interventionId = host.mintId();
  const revision = diffStrategy(draft, currentById, {
    planId,
    interventionId,
    alias: primaryProject(record).alias,
    mintId: host.mintId,
  });
  const withdrawn = current.filter(({ decisionId }) => !listed.includes(decisionId));
  const superseded = [...revision.changed.map(({ from }) => from), ...withdrawn].map(({ decisionId }) => decisionId);
  const isNothing = superseded.length === 0 && revision.added.length === 0;
  const correctionId = isNothing ? null : host.mintId();
  const report: StrategyEditReport = { planId, correctionId, ...revision, withdrawn, dryRun };
  if (correctionId === null) return { edit: null, report };
  const guidance = `Edited: ${revision.changed.length} changed, ${revision.added.length} added, ${withdrawn.length} withdrawn`;
  const own: DecisionDraft = {
    ...emptyDecision(planId, interventionId, record.decisionRootId),
    ...{ type: 'user_intervention', question: 'Is this the way to go?', chosenOption: guidance },
    payload: { correctionId, mode: 'edit' },
  };
  const decisions = [own, ...revision.changed.map(({ to }) => to), ...revision.added];
  return { edit: { correctionId, guidance, decisions, interventionId, superseded }, report };
}

interface EditContext {
  planId: string;
  interventionId: string;
  alias: string;
  mintId(): string;
}

/**
 * Subplans without a mode get that of the first that has one.
 * @throws {TroupeError} INVALID_DECISION when their modes differ
 */
function withUniformMode(planId: string, { decisions, subplans }: StrategyDraft): NormalizedDraft {
  const mode = subplans.find(({ parallel }) => parallel !== undefined)?.parallel ?? true;
  const conflicting = subplans.findIndex(({ parallel = mode }) => parallel !== mode);
  if (conflicting >= 0)
    throw invalidStrategyError(
      planId,
      `subplans.${conflicting}.parallel: ${!mode} contradicts ${mode}, which others ask for`,
    );
  return { decisions, subplans: subplans.map(each => ({ ...each, parallel: each.parallel ?? mode })) };
}

/** A changed decision becomes a new decision, and so does each that depends on it, because it names it by id. */
function diffStrategy(
  draft: NormalizedDraft,
  currentById: ReadonlyMap<string, Decision>,
  { planId, interventionId, alias, mintId }: EditContext,
): Pick<StrategyEditReport, 'changed' | 'added'> {
  const names = new Map<string, string>();
  for (const each of draft.subplans) {
    const id = each.id ?? mintId();
    for (const name of [each.id, each.key]) if (name !== undefined) names.set(name, id);
  }
  const before = (id: string | undefined) => (id === undefined ? undefined : currentById.get(id));
  const changedIds = new Set(
    draft.subplans.filter(each => differs(each, before(each.id))).flatMap(({ id }) => id ?? []),
  );
  for (let size = -1; size !== changedIds.size; ) {
    size = changedIds.size;
    for (const { id, dependsOn } of draft.subplans)
      if (id !== undefined && dependsOn.some(name => changedIds.has(names.get(name) ?? ''))) changedIds.add(id);
  }
  const newIds = new Map([...changedIds].map(id => [id, mintId()]));
  const idOf = (name: string): string => {
    const found = names.get(name);
    if (found === undefined) throw invalidStrategyError(planId, `subplans: nothing is called "${name}"`);
    return newIds.get(found) ?? found;
  };
  // Also for unchanged ones: what they depend on may be withdrawn.
  for (const { dependsOn } of draft.subplans) for (const name of dependsOn) idOf(name);
  const report: Pick<StrategyEditReport, 'changed' | 'added'> = { changed: [], added: [] };
  const put = (from: Decision | undefined, to: DecisionDraft) =>
    from === undefined ? report.added.push(to) : report.changed.push({ from, to });
  for (const { id, question, choose, rationale } of draft.decisions) {
    const from = before(id);
    if (from && from.question === question && from.chosenOption === choose && from.rationale === rationale) continue;
    const base =
      from === undefined ? emptyDecision(planId, mintId(), interventionId) : withNewId(from, mintId(), interventionId);
    put(from, { ...base, question, chosenOption: choose, rationale });
  }
  for (const each of draft.subplans) {
    const from = before(each.id);
    if (from !== undefined && !changedIds.has(from.decisionId)) continue;
    const decisionId = each.id === undefined && each.key === undefined ? mintId() : idOf(each.id ?? each.key ?? '');
    const payload: SpawnPayload = {
      ...(from === undefined ? emptySpawn(planId, alias) : SpawnPayload.parse(from.payload)),
      ...{ goal: each.goal.trim(), parallel: each.parallel, dependencies: each.dependsOn.map(idOf) },
      resourceScopes: each.resourceScopes.map(normalizeScope),
    };
    const base =
      from === undefined
        ? emptyDecision(planId, decisionId, interventionId)
        : withNewId(from, decisionId, interventionId);
    const type = each.parallel ? 'subplan_parallel_spawn' : 'subplan_spawn';
    put(from, {
      ...base,
      type,
      chosenOption: payload.goal,
      payload,
      question: 'Subplan',
    });
  }
  return report;
}

function differs({ goal, resourceScopes, parallel, dependsOn }: SubplanDraft, from: Decision | undefined): boolean {
  if (from === undefined) return false;
  const before = SpawnPayload.parse(from.payload);
  const serialize = (scopes: readonly string[]) => JSON.stringify(scopes.map(normalizeScope));
  return (
    goal !== before.goal ||
    parallel !== before.parallel ||
    serialize(resourceScopes) !== serialize(before.resourceScopes) ||
    JSON.stringify(dependsOn) !== JSON.stringify(before.dependencies)
  );
}

function emptyDecision(planId: string, decisionId: string, parentDecisionId: string): DecisionDraft {
  return {
    ...{ decisionId, planId, parentDecisionId, type: 'strategy_choice', question: '', chosenOption: '' },
    ...{ alternatives: [], confidence: 1, rationale: 'Requested by the user', payload: {}, dependsOn: [] },
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    ...{ artifacts: [], supersededBy: null },
  };
}

/** Returns the same decision with a new id. */
function withNewId(from: Decision, decisionId: string, parentDecisionId: string): DecisionDraft {
  const { sequence: _position, createdAt: _time, ...draft } = from;
  return { ...draft, decisionId, parentDecisionId, supersededBy: null };
}

function emptySpawn(planId: string, alias: string): SpawnPayload {
  return {
    ...{
      planId,
      goal: '',
      resourceScopes: [],
      projectRef: alias,
      parallel: true,
      maxParallel: null,
      mergeStrategy: null,
    },
    ...{
      dependencies: [],
      contextView: 'default',
      strategyActor: null,
      executionActor: null,
      guidance: [],
      arguments: {},
    },
  };
}

function invalidStrategyError(planId: string, why: string): TroupeError {
  return new TroupeError('INVALID_DECISION', `The strategy cannot be as it was edited: ${why}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan edit', { planId })],
  });
}
