/** Tries to break a group by its own variety: any order, any failures, any cap, all at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SubplansOutput } from '../../../machines/index.ts';
import { testSeed } from '../../seed.ts';
import { subplanOf, ulidOf } from '../fixtures.ts';
import { waitUntil as until } from '../run-machine.ts';
import { runSubplans } from './run-subplans.ts';

const seed = testSeed('groups');

const scenario = fc.integer({ min: 1, max: 9 }).chain(count =>
  fc.record({
    config: fc.record({
      executionMode: fc.constantFrom('sequential' as const, 'parallel' as const, 'dependencyOrdered' as const),
      maxParallel: fc.integer({ min: 1, max: 4 }),
      failFast: fc.boolean(),
      retryFailed: fc.boolean(),
      maxRetries: fc.integer({ min: 0, max: 2 }),
    }),
    /** How many attempts of each fail before one works; more than it may make means it never works. */
    failures: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 9), { minLength: count, maxLength: count }),
    /** What each needs: only members before it, so that there is no circle. */
    needs: fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.uniqueArray(fc.nat({ max: Math.max(0, index - 1) }), { maxLength: 2 }),
      ),
    ),
    isHeld: fc.boolean(),
  }),
);

test(`A group keeps its promises whatever happens [R26, R55, R78]`, async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ config, failures, needs, isHeld }) => {
      const members = failures.map((_, index) =>
        subplanOf(index, { dependsOn: index === 0 ? [] : (needs[index] ?? []) }),
      );
      const attempts = new Map<string, number>();
      const done = new Set<string>();
      const early: string[] = [];
      const { actor, clock, peak, emitted } = runSubplans(members, config, async planId => {
        const attempt = (attempts.get(planId) ?? 0) + 1;
        attempts.set(planId, attempt);
        const index = members.findIndex(({ spec }) => spec.planId === planId);
        const before =
          config.executionMode === 'sequential'
            ? index === 0
              ? []
              : [ulidOf(index - 1)]
            : (members[index]?.dependsOn ?? []);
        if (config.executionMode !== 'parallel' && !before.every(id => done.has(id))) early.push(planId);
        await new Promise(resolve => setImmediate(resolve));
        if (attempt <= (failures[index] ?? 0)) throw new Error('it broke');
        done.add(planId);
        return 't';
      });
      if (isHeld) {
        actor.send({ type: 'pause' });
        actor.send({ type: 'resume' });
      }
      await until(() => {
        clock.increment(10_000);
        return actor.getSnapshot().status === 'done';
      });

      const output = actor.getSnapshot().output as SubplansOutput;
      const triesMax = config.retryFailed ? config.maxRetries + 1 : 1;
      expect(peak()).toBeLessThanOrEqual(config.executionMode === 'sequential' ? 1 : config.maxParallel);
      expect(early).toEqual([]);
      expect(output.statuses.map(({ planId }) => planId)).toEqual(members.map(({ spec }) => spec.planId));
      expect(output.outcome).toBe(output.statuses.every(({ state }) => state === 'complete') ? 'complete' : 'failed');
      expect(output.children.map(({ planId }) => planId)).toEqual(
        output.statuses.filter(({ state }) => state === 'complete').map(({ planId }) => planId),
      );
      for (const { attempt, attempts: failed, state } of output.statuses) {
        expect(attempt).toBeLessThanOrEqual(triesMax);
        expect(failed.filter(({ wasRetried }) => !wasRetried)).toHaveLength(state === 'failed' ? 1 : 0);
      }
      const finals = emitted('subplan.changed').filter(({ status }) => status.state === 'failed');
      if (config.failFast) expect(finals.length).toBeLessThanOrEqual(1);
    }),
    { seed, numRuns: 150, verbose: true },
  );
});
