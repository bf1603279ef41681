import type { Checkpoint, Plan, PlanTree, Troupe } from 'troupe';
import type { ScenarioRepository } from './scenario-repository.ts';

/** Maximum milliseconds for the cleanup of sandboxes. */
const cleanupTimeoutMs = 5000;

/**
 * The outcome of a scenario without ids and times, which differ between runs: the state and results of every plan,
 * and the content of the repository. An interrupted run must have the same outcome.
 */
export async function collectOutcome(open: () => Promise<Troupe>, repository: ScenarioRepository): Promise<unknown> {
  await waitForCleanup(open, repository);
  const troupe = await open();
  const roots = await troupe.list({ all: true });
  const plans = await Promise.all(roots.map(async ({ planId }) => planOutcome(troupe, await troupe.tree(planId))));
  return {
    plans,
    checkout: await repository.git('status', '--porcelain'),
    branches: await repository.git('for-each-ref', '--format=%(refname) %(tree)', 'refs/heads/'),
    sandboxes: (await sandboxesOf(repository)).length,
    refs: await countRefs(repository),
  };
}

/** Sandboxes of ended plans are removed after their last event; anything left later, stays. */
async function waitForCleanup(open: () => Promise<Troupe>, repository: ScenarioRepository): Promise<void> {
  const deadline = performance.now() + cleanupTimeoutMs;
  while (performance.now() < deadline) {
    const records = await (await open()).list({ all: true, children: true });
    const living = records.filter(({ state, depth }) => depth === 0 && !['applied', 'cancelled'].includes(state));
    const kept = new Set(living.flatMap(({ sandbox }) => sandbox?.path ?? []));
    if ((await sandboxesOf(repository)).every(path => kept.has(path))) return;
  }
}

/** The cleanup may be running, and git fails when a checkout disappears while it lists them: list them again then. */
async function sandboxesOf(repository: ScenarioRepository, tries = 3): Promise<string[]> {
  const listed = await repository.git('worktree', 'list', '--porcelain').catch((error: unknown) => {
    if (tries > 1 && String(error).includes('Invalid path')) return null;
    throw error;
  });
  if (listed === null) return sandboxesOf(repository, tries - 1);
  const [, ...linked] = listed.split('\n\n');
  return linked.map(entry => entry.split('\n', 1)[0]?.slice('worktree '.length) ?? '');
}

async function planOutcome(troupe: Troupe, { plan: record, children }: PlanTree): Promise<unknown> {
  const plan = await troupe.get(record.planId);
  const { description, phase, state, attempt, reversionCount, resultTree, workTree, error, validationResults } = record;
  return {
    ...{ description, phase, state, attempt, reversionCount, resultTree, workTree },
    error: error?.code ?? null,
    checks: validationResults.map(({ name, passed }) => `${name}: ${passed}`),
    subplans: record.subplanStatuses.map(({ goal, state, attempts }) => ({
      ...{ goal, state },
      attempts: attempts.map(({ wasRetried, error: cause }) => `${wasRetried} ${cause?.code ?? ''}`),
    })),
    decisions: (await plan.decisions()).map(({ type, chosenOption }) => `${type}: ${chosenOption}`),
    conflicts: (await plan.conflicts.list()).map(({ path, kind, resolution }) => ({ path, kind, resolution })),
    checkpoints: (await plan.checkpoints.list())
      .filter(isPlanned)
      .map(({ trigger, treeOid }) => `${trigger} ${treeOid}`),
    calls: (await plan.toolCalls()).map(({ tool, undone }) => ({ tool, undone })),
    moves: await phaseHistory(plan),
    children: await Promise.all(children.map(child => planOutcome(troupe, child))),
  };
}

/** Returns every change of phase or state, in order: none missing, none repeated. */
async function phaseHistory(plan: Plan): Promise<string[]> {
  const moves: string[] = [];
  for await (const event of plan.events({ signal: AbortSignal.abort() }))
    if (event.type === 'plan.phase_changed' && event.planId === plan.id)
      moves.push(`${event.to.phase}.${event.to.state}`);
  return moves;
}

/** Only a crash creates the others: they keep the work of an interrupted agent. */
const isPlanned = ({ trigger }: Checkpoint) => trigger !== 'afterInterruption';

/** Returns the number of our refs of each kind, without those of interrupted work. */
async function countRefs(repository: ScenarioRepository): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {};
  const names = await repository.git('for-each-ref', '--format=%(refname)', 'refs/troupe/');
  for (const name of names.split('\n').filter(Boolean)) {
    if (name.includes('/interrupted-')) continue;
    const kind = name.replace(/[0-9A-HJKMNP-TV-Z]{26}|\b0[0-9a-z]{7}\b|[0-9a-f]{12,}/g, '*');
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}
