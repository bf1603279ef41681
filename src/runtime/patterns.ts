/**
 * The project's memory of failures. One row for each kind, written in the batch of the fact that tells of it, so that a
 * crash neither forgets nor doubles one. It is held in memory beside the store, which has one owner.
 */
import { unguided } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import type { StoredFault } from '../model/fault.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { checksAgainst, FailurePattern, isInstructive, remembered, rememberedMax } from '../model/pattern.ts';
import type { Phase } from '../model/plan.ts';
import type { Operation, Store } from '../ports/store.ts';
import { keys } from './keys.ts';

export interface Patterns {
  /** The rows that a fact adds to the batch of its turn. */
  rowsOf(fact: PlanEvent): Operation[];
}

/** So many kinds are remembered; of more, the one not seen for longest is forgotten. */
const patternsMax = 100;
/** So many plans are watched for what helps them. */
const openMax = 20;

export async function patternsOf(store: Store): Promise<Patterns> {
  const known = new Map<string, FailurePattern>();
  for await (const [, row] of store.entries(keys.patterns)) {
    // What another version wrote and this one cannot read is no reason not to open; it is forgotten in time.
    const { data } = FailurePattern.safeParse(row);
    if (data !== undefined) known.set(data.fingerprint, data);
  }

  const keep = (pattern: FailurePattern): Operation => {
    known.set(pattern.fingerprint, pattern);
    return { type: 'put', key: keys.pattern(pattern.fingerprint), value: pattern };
  };
  const forgetOldest = (): Operation[] => {
    if (known.size <= patternsMax) return [];
    const oldest = [...known.values()].reduce((left, right) => (right.lastAt < left.lastAt ? right : left));
    known.delete(oldest.fingerprint);
    return [{ type: 'del', key: keys.pattern(oldest.fingerprint) }];
  };
  const change = (planId: string, next: (pattern: FailurePattern) => FailurePattern | null): Operation[] =>
    [...known.values()]
      .filter(({ open }) => open.some(plan => plan.planId === planId))
      .flatMap(pattern => next(pattern) ?? [])
      .map(keep);

  const failed = ({ planId, at, phase }: PlanEvent & { phase: Phase }, fault: StoredFault): Operation[] => {
    if (!isInstructive(fault)) return [];
    const print = fingerprint(fault);
    const before = known.get(print);
    const { details: _, ...told } = fault;
    const pattern: FailurePattern = {
      fingerprint: print,
      fault: { ...told, message: remembered(fault.message), hints: [] },
      phase,
      times: (before?.times ?? 0) + 1,
      firstAt: before?.firstAt ?? at,
      lastAt: at,
      checks: checksAgainst(fault),
      helped: before?.helped ?? [],
      open: [...(before?.open ?? []).filter(plan => plan.planId !== planId), { planId, guidance: [] }].slice(-openMax),
    };
    return [keep(pattern), ...forgetOldest()];
  };
  const guided = (planId: string, guidance: string): Operation[] =>
    change(planId, pattern => ({
      ...pattern,
      open: pattern.open.map(plan =>
        plan.planId === planId
          ? { planId, guidance: latest(plan.guidance, [remembered(guidance)], rememberedMax) }
          : plan,
      ),
    }));
  /** What was said to a plan since it failed has helped, now that the phase went well. */
  const cured = (planId: string, phase: Phase): Operation[] =>
    change(planId, pattern => {
      if (pattern.phase !== phase) return null;
      const said = pattern.open.find(plan => plan.planId === planId)?.guidance ?? [];
      const open = pattern.open.filter(plan => plan.planId !== planId);
      return { ...pattern, helped: latest(pattern.helped, said, rememberedMax), open };
    });

  return {
    rowsOf(fact) {
      switch (fact.type) {
        case 'error.recorded':
          return failed(fact, fact.fault);
        case 'attempt.delayed':
          return failed(fact, fact.waiting.fault);
        case 'plan.prompted':
          return guided(fact.planId, fact.guidance);
        case 'decision.recorded':
          return fact.decision.type === 'reversion' && fact.decision.chosenOption !== unguided
            ? guided(fact.planId, fact.decision.chosenOption)
            : [];
        case 'plan.phase_changed':
          return fact.to.state === 'complete' ? cured(fact.planId, fact.to.phase) : [];
        default:
          return [];
      }
    },
  };
}

/** The latest of them, none twice. */
function latest(before: readonly string[], added: readonly string[], max: number): string[] {
  return [...new Set([...before.filter(text => !added.includes(text)), ...added])].slice(-max);
}
