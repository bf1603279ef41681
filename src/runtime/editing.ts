/**
 * The strategy of a plan as text that a person changes before anything is done: what was decided, and the subplans. What
 * comes back is compared with what is recorded; only what differs is recorded anew, and takes the place of what it was.
 */
import * as z from 'zod';
import type { PlanEdit } from '../model/correction.ts';
import { type Decision, type DecisionDraft, isSpawn, SpawnPayload } from '../model/decision.ts';
import { Fault } from '../model/fault.ts';
import { Id } from '../model/id.ts';
import { inWords } from '../model/issue-words.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import { normaliseScope, ResourceScope } from '../model/scope.ts';
import type { PlanHost } from './plan-handle.ts';

const words = z.string().refine(text => text.trim() !== '', 'it may not be empty');

/** A choice of the strategy. Without an id it is a new one. */
const DraftChoice = z.strictObject({
  id: Id.optional(),
  question: words,
  choose: words,
  rationale: z.string().default(''),
});

/** A subplan of the strategy. Without an id it is a new one; others can depend on it by its key. */
const DraftSubplan = z.strictObject({
  id: Id.optional(),
  key: words.optional(),
  goal: words,
  resourceScopes: z.array(ResourceScope).default(['.']),
  /** Left out: as the others of the strategy. */
  parallel: z.boolean().optional(),
  /** Ids or keys of subplans that must complete first. */
  dependsOn: z.array(words).default([]),
});

export const PlanDraft = z.strictObject({
  decisions: z.array(DraftChoice).default([]),
  subplans: z.array(DraftSubplan).default([]),
});
export type PlanDraft = z.infer<typeof PlanDraft>;
type DraftSubplan = z.infer<typeof DraftSubplan> & { parallel: boolean };
interface Draft extends PlanDraft {
  subplans: DraftSubplan[];
}

/** What an edit changes, or would change. */
export interface EditReport {
  planId: string;
  /** null when nothing differs; then nothing is recorded. */
  correctionId: string | null;
  /** What they were, and what takes their place. */
  changed: { from: Decision; to: DecisionDraft }[];
  added: DecisionDraft[];
  withdrawn: Decision[];
  dryRun: boolean;
}

const isChoice = ({ type }: Decision) => type === 'strategy_choice' || type === 'resource_selection';

/** The strategy as it stands, to be changed. */
export async function draftOf(host: PlanHost, record: PlanRecord): Promise<PlanDraft> {
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

/** @throws {Fault} INVALID_DECISION naming the entry */
export async function planEdit(
  host: PlanHost,
  record: PlanRecord,
  given: unknown,
  dryRun: boolean,
): Promise<{ edit: PlanEdit | null; report: EditReport }> {
  const { planId } = record;
  const parsed = PlanDraft.safeParse(given, { error: inWords });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(planId, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const draft = inOneMode(planId, parsed.data);
  const held = (await host.ledger.decisions(planId)).filter(each => isChoice(each) || isSpawn(each.type));
  const known = new Map(held.map(decision => [decision.decisionId, decision]));
  const listed = [...draft.decisions, ...draft.subplans].flatMap(({ id }) => id ?? []);
  if (new Set(listed).size !== listed.length) throw invalid(planId, 'an id is there twice');
  for (const [name, entries] of [
    ['decisions', draft.decisions],
    ['subplans', draft.subplans],
  ] as const) {
    const stranger = entries.find(
      ({ id }) => id !== undefined && isSpawn(known.get(id)?.type ?? 'reversion') !== (name === 'subplans'),
    );
    const unknown = entries.find(({ id }) => id !== undefined && !known.has(id));
    const wrong = unknown ?? stranger;
    if (wrong !== undefined) throw invalid(planId, `${name}: ${wrong.id} is none of the strategy's`);
  }
  const interventionId = host.mintId();
  const revision = revise(draft, known, { planId, interventionId, alias: mainLink(record).alias, mintId: host.mintId });
  const withdrawn = held.filter(({ decisionId }) => !listed.includes(decisionId));
  const superseded = [...revision.changed.map(({ from }) => from), ...withdrawn].map(({ decisionId }) => decisionId);
  const isNothing = superseded.length === 0 && revision.added.length === 0;
  const correctionId = isNothing ? null : host.mintId();
  const report: EditReport = { planId, correctionId, ...revision, withdrawn, dryRun };
  if (correctionId === null) return { edit: null, report };
  const guidance = `Edited: ${revision.changed.length} changed, ${revision.added.length} added, ${withdrawn.length} withdrawn`;
  const own: DecisionDraft = {
    ...blank(planId, interventionId, record.decisionRootId),
    ...{ type: 'user_intervention', question: 'Is this the way to go?', chosenOption: guidance },
    payload: { correctionId, mode: 'edit' },
  };
  const decisions = [own, ...revision.changed.map(({ to }) => to), ...revision.added];
  return { edit: { correctionId, guidance, decisions, interventionId, superseded }, report };
}

interface Surroundings {
  planId: string;
  interventionId: string;
  alias: string;
  mintId(): string;
}

/** Subplans that do not say how they run do so as the first that does. @throws {Fault} INVALID_DECISION when some run otherwise */
function inOneMode(planId: string, { decisions, subplans }: PlanDraft): Draft {
  const mode = subplans.find(({ parallel }) => parallel !== undefined)?.parallel ?? true;
  const odd = subplans.findIndex(({ parallel = mode }) => parallel !== mode);
  if (odd >= 0) throw invalid(planId, `subplans.${odd}.parallel: ${!mode} contradicts ${mode}, which others ask for`);
  return { decisions, subplans: subplans.map(each => ({ ...each, parallel: each.parallel ?? mode })) };
}

/** What differs becomes a decision of its own, and so does what depends on it: it names it by its id. */
function revise(
  draft: Draft,
  known: ReadonlyMap<string, Decision>,
  { planId, interventionId, alias, mintId }: Surroundings,
): Pick<EditReport, 'changed' | 'added'> {
  const names = new Map<string, string>();
  for (const each of draft.subplans) {
    const id = each.id ?? mintId();
    for (const name of [each.id, each.key]) if (name !== undefined) names.set(name, id);
  }
  const before = (id: string | undefined) => (id === undefined ? undefined : known.get(id));
  const fresh = new Set(draft.subplans.filter(each => differs(each, before(each.id))).flatMap(({ id }) => id ?? []));
  for (let size = -1; size !== fresh.size; ) {
    size = fresh.size;
    for (const { id, dependsOn } of draft.subplans)
      if (id !== undefined && dependsOn.some(name => fresh.has(names.get(name) ?? ''))) fresh.add(id);
  }
  const renewed = new Map([...fresh].map(id => [id, mintId()]));
  const idOf = (name: string): string => {
    const found = names.get(name);
    if (found === undefined) throw invalid(planId, `subplans: nothing is called "${name}"`);
    return renewed.get(found) ?? found;
  };
  // Also of those that stay as they were: what they depend on may be withdrawn.
  for (const { dependsOn } of draft.subplans) for (const name of dependsOn) idOf(name);
  const report: Pick<EditReport, 'changed' | 'added'> = { changed: [], added: [] };
  const put = (from: Decision | undefined, to: DecisionDraft) =>
    from === undefined ? report.added.push(to) : report.changed.push({ from, to });
  for (const { id, question, choose, rationale } of draft.decisions) {
    const from = before(id);
    if (from && from.question === question && from.chosenOption === choose && from.rationale === rationale) continue;
    const base = from === undefined ? blank(planId, mintId(), interventionId) : again(from, mintId(), interventionId);
    put(from, { ...base, question, chosenOption: choose, rationale });
  }
  for (const each of draft.subplans) {
    const from = before(each.id);
    if (from !== undefined && !fresh.has(from.decisionId)) continue;
    const decisionId = each.id === undefined && each.key === undefined ? mintId() : idOf(each.id ?? each.key ?? '');
    const payload: SpawnPayload = {
      ...(from === undefined ? spawning(planId, alias) : SpawnPayload.parse(from.payload)),
      ...{ goal: each.goal.trim(), parallel: each.parallel, dependencies: each.dependsOn.map(idOf) },
      resourceScopes: each.resourceScopes.map(normaliseScope),
    };
    const base =
      from === undefined ? blank(planId, decisionId, interventionId) : again(from, decisionId, interventionId);
    const type = each.parallel ? 'subplan_parallel_spawn' : 'subplan_spawn';
    put(from, {
      ...base,
      type,
      chosenOption: payload.goal,
      payload,
      question: 'Which part of the goal is a plan of its own?',
    });
  }
  return report;
}

function differs({ goal, resourceScopes, parallel, dependsOn }: DraftSubplan, from: Decision | undefined): boolean {
  if (from === undefined) return false;
  const before = SpawnPayload.parse(from.payload);
  const told = (scopes: readonly string[]) => JSON.stringify(scopes.map(normaliseScope));
  return (
    goal !== before.goal ||
    parallel !== before.parallel ||
    told(resourceScopes) !== told(before.resourceScopes) ||
    JSON.stringify(dependsOn) !== JSON.stringify(before.dependencies)
  );
}

function blank(planId: string, decisionId: string, parentDecisionId: string): DecisionDraft {
  return {
    ...{ decisionId, planId, parentDecisionId, type: 'strategy_choice', question: '', chosenOption: '' },
    ...{ alternatives: [], confidence: 1, rationale: 'A person said so.', payload: {}, dependsOn: [] },
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    ...{ artifacts: [], supersededBy: null },
  };
}

/** The same choice under an id of its own. */
function again(from: Decision, decisionId: string, parentDecisionId: string): DecisionDraft {
  const { sequence: _position, createdAt: _time, ...draft } = from;
  return { ...draft, decisionId, parentDecisionId, supersededBy: null };
}

function spawning(planId: string, alias: string): SpawnPayload {
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

function invalid(planId: string, why: string): Fault {
  return new Fault('INVALID_DECISION', `The strategy cannot be as it was edited: ${why}`, {
    where: `plan ${planId}`,
    hints: [`troupe plan edit ${planId}`],
  });
}
