import type { Step } from '../../model/agent.ts';
import { Fault } from '../../model/fault.ts';

type SubplanStep = Extract<Step, { subplan: unknown }>;

/**
 * The steps with subplans after those they depend on; everything else, and everything that can, stays in its place.
 * @throws {Fault} DEPENDENCY_CYCLE, INVALID_ACTION for a key that is not known or not unique
 */
export function inOrder(steps: readonly Step[]): Step[] {
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

function cycle(steps: readonly SubplanStep[]): Fault {
  const keys = steps.map(({ subplan }) => subplan.key ?? subplan.goal);
  return new Fault('DEPENDENCY_CYCLE', `Subplans depend on each other in a circle: ${keys.join(' → ')}`, {
    where: `subplan ${keys[0]}`,
    hints: ['troupe help action'],
    details: { cycle: keys },
  });
}

function invalid(message: string, key: string): Fault {
  return new Fault('INVALID_ACTION', message, { where: `subplan ${key}`, hints: ['troupe help action'] });
}
