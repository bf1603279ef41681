/** What does not prevent a plan from running, but may not be what its author expects. */
import type { AgentRef } from '../../src/model/agent.ts';
import type { Phase, PlanSpec } from '../../src/model/plan.ts';
import type { Submodule } from '../../src/ports/project-sandboxes.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/** Returns the warnings of a root plan. Its subplans have the same set-up and budget, and would repeat them. */
export async function preflightWarnings(spec: PlanSpec, phase: Phase, services: EffectServices): Promise<string[]> {
  if (spec.depth > 0) return [];
  const setup = await missingSetupFiles(spec, services);
  return phase === 'apply'
    ? setup
    : [...setup, ...unmeasuredBudgets(spec, services), ...(await emptySubmodules(spec, services))];
}

/** Warns of files that the set-up names and the checkout does not have. */
async function missingSetupFiles(spec: PlanSpec, services: EffectServices): Promise<string[]> {
  if (spec.setup === undefined) return [];
  const { project, link } = resolveProject(services, spec);
  const lacks = await project.findMissing(spec.setup);
  return [
    ...lacks.link.map(name => `setup.link: there is no ${name} in ${link.root}, so sandboxes do not have it`),
    ...lacks.include.map(
      pattern => `setup.include: "${pattern}" names no file in ${link.root} that git ignores, so nothing is copied`,
    ),
  ];
}

/** Limits of the budget that agents of the plan cannot reach, for they do not report what is limited. */
function unmeasuredBudgets({ actors, actionDir, budget }: PlanSpec, services: EffectServices): string[] {
  const { strategy, execution, estimation, review, apply, conflict } = actors;
  const named = [strategy, execution, estimation, review, apply, conflict]
    .filter(ref => ref !== null)
    .flatMap(agentsIn);
  const agents = named.map(ref => ({ ref, ...services.agents(ref, actionDir) }));
  const silent = (amount: 'tokens' | 'usd') => {
    const found = agents.filter(({ reports }) => reports?.[amount] === false);
    return [...new Set(found.map(({ ref, account }) => (typeof ref === 'string' ? ref : account)))];
  };
  const other = { tokens: 'seconds', usd: 'tokens' };
  return (['tokens', 'usd'] as const).flatMap(amount => {
    const unmeasured = budget[amount] === undefined ? [] : silent(amount);
    if (unmeasured.length === 0) return [];
    const reports = `${unmeasured.join(', ')} ${unmeasured.length === 1 ? 'does' : 'do'} not report ${amount}`;
    const cure = `set budget.${other[amount]} too${amount === 'usd' ? ', or name the model and its price' : ''}`;
    return [`budget.${amount} does not limit all of the work: ${reports}; ${cure}`];
  });
}

/** Warns of submodule folders that are empty in sandboxes, and says how to get their files. */
async function emptySubmodules(spec: PlanSpec, services: EffectServices): Promise<string[]> {
  const { project, link } = resolveProject(services, spec);
  const found = await project.submodules();
  const named = (some: readonly Submodule[]) => some.map(({ path }) => path).join(', ');
  if (found.length > 0 && spec.checkout?.submodules !== 'auto')
    return [
      `Sandboxes have empty folders in place of submodules (${named(found)}); "checkout: { submodules: auto }" shows their files`,
    ];
  const absent = found.filter(({ checkedOut }) => !checkedOut);
  if (absent.length === 0) return [];
  return [
    `Submodules are not checked out in ${link.root} (${named(absent)}), so their folders are empty in sandboxes; "git submodule update --init" checks them out`,
  ];
}

/** Returns an agent, and those that its declared steps name for subplans. */
export function agentsIn(ref: AgentRef): AgentRef[] {
  if (typeof ref === 'string' || ref.kind !== 'steps') return [ref];
  const named = ref.steps.flatMap(step =>
    'subplan' in step
      ? [step.subplan.strategyActor, step.subplan.executionActor].filter(actor => actor !== undefined)
      : [],
  );
  return [ref, ...named.flatMap(agentsIn)];
}
