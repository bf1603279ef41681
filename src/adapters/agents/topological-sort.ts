import type { AgentStep } from '../../model/agent.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';

type SubplanStep = Extract<AgentStep, { subplan: unknown }>;

/**
 * The steps with subplans after those they depend on; everything else, and everything that can, stays in its place.
 * @throws {TroupeError} DEPENDENCY_CYCLE, INVALID_ACTION for a key that is not known or not unique
 */
export function sortByDependency(steps: readonly AgentStep[]): AgentStep[] {
  const subplans = steps.filter(step => 'subplan' in step);
  const byKey = new Map<string, SubplanStep>();
  for (const step of subplans) {
    const { key } = step.subplan;
    if (key === undefined) continue;
    if (byKey.has(key)) throw invalid(`Two subplans have the key "${key}"`, key);
    byKey.set(key, step);
  }
  const ordered = new Set<SubplanStep>();
  const visit = (step: SubplanStep, path: readonly SubplanStep[]): void => {
    if (ordered.has(step)) return;
    if (path.includes(step)) throw cycle([...path.slice(path.indexOf(step)), step]);
    for (const word of step.subplan.dependsOn) {
      const needed = byKey.get(word);
      if (needed === undefined) {
        throw invalid(`The subplan "${step.subplan.goal}" depends on "${word}", which no subplan is called`, word);
      }
      visit(needed, [...path, step]);
    }
    ordered.add(step);
  };
  for (const step of subplans) visit(step, []);
  const queue = ordered.values();
  return steps.map(step => ('subplan' in step ? (queue.next().value ?? step) : step));
}

function cycle(steps: readonly SubplanStep[]): TroupeError {
  const keys = steps.map(({ subplan }) => subplan.key ?? subplan.goal);
  return new TroupeError('DEPENDENCY_CYCLE', `Subplans depend on each other in a circle: ${keys.join(' → ')}`, {
    where: `subplan ${keys[0]}`,
    hints: [commandHint('help action')],
    details: { cycle: keys },
  });
}

function invalid(message: string, key: string): TroupeError {
  return new TroupeError('INVALID_ACTION', message, { where: `subplan ${key}`, hints: [commandHint('help action')] });
}
