import type { SubplanSpec } from '../../../machines/effects.ts';
import type { SubplansOutput } from '../../../machines/index.ts';
import type { SubplanConfig } from '../../../src/model/subplan.ts';
import { sampleConfig, sampleSpec, subplanOf, ulidOf } from '../fixtures.ts';
import { runMachine, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, scriptedMachines } from '../scripted-effects.ts';

type RunSubplan = (planId: string, baseTree: string, signal: AbortSignal) => string | Promise<string>;

/** A group whose children do nothing but `work`, and how many of them do so at once. */
export function runSubplans(
  members: SubplanSpec[],
  config: Partial<SubplanConfig>,
  work: RunSubplan,
  answers: Partial<EffectAnswers> = {},
) {
  const running = new Set<string>();
  const started: string[] = [];
  const bases: Record<string, string> = {};
  let peak = 0;
  const { subplans } = scriptedMachines({
    strategize: () => ({ decisions: [], confidence: 1 }),
    execute: async ({ spec, begin: { tree: startTree } }, signal) => {
      running.add(spec.planId);
      started.push(spec.planId);
      bases[spec.planId] = startTree;
      peak = Math.max(peak, running.size);
      const leave = () => running.delete(spec.planId);
      signal.addEventListener('abort', leave);
      try {
        return { decisions: [], tree: await work(spec.planId, startTree, signal), toolCalls: 0, run: 'r' };
      } finally {
        leave();
      }
    },
    review: ({ spec, startTree }) => ({
      resultTree: `${startTree}+${spec.planId.slice(-1)}`,
      changeSet: { alias: 'main', baseTree: startTree, resultTree: 'r', files: [] },
      checkpoint: {
        checkpointId: ulidOf('K'),
        planId: spec.planId,
        label: null,
        trigger: 'postExecute',
        tool: null,
        alias: 'main',
        sandbox: 's',
        treeOid: 't',
        ref: 'r',
      },
    }),
    ...answers,
  });
  const played = runMachine(subplans, { parent: sampleSpec(), members, config: sampleConfig(config), baseTree: 't0' });
  return {
    ...played,
    running,
    started,
    bases,
    peak: () => peak,
    ended: async () => {
      await until(() => played.actor.getSnapshot().status !== 'active');
      return played.actor.getSnapshot().output as SubplansOutput;
    },
    states: () => {
      const last = new Map(played.emitted('subplan.changed').map(({ status }) => [status.planId, status.state]));
      return Object.fromEntries(last);
    },
  };
}

export const samplesNamed = (...names: (string | number)[]) => names.map(name => subplanOf(name));
export const failingSubplan = () => Promise.reject(new Error('it broke'));
export const endlessSubplan = () => new Promise<never>(() => {});
