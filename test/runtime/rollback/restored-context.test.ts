/** The context of the machine after a rollback, compared with the one that the checkpoint stored. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlanContext, type PlanContext } from '../../../machines/plan/context.ts';
import { notRestored } from '../../../machines/plan/restored-context.ts';
import { type AgentTask, type Plan, TroupeError } from '../../../src/index.ts';
import { testSeed } from '../../seed.ts';
import { createTestProject } from '../test-project.ts';

type Context = Record<string, unknown>;

const step = fc.oneof(
  fc.record({ kind: fc.constant('write'), text: fc.string({ maxLength: 9 }) }),
  fc.record({ kind: fc.constant('decide'), text: fc.string({ minLength: 1, maxLength: 9 }) }),
  fc.record({ kind: fc.constant('checkpoint'), text: fc.constant('here') }),
  fc.record({ kind: fc.constant('prompt'), text: fc.string({ minLength: 1, maxLength: 9 }) }),
);
const round = fc.record({
  between: fc.constantFrom('nothing', 'prompt', 'execute', 'fail', 'revert'),
  pick: fc.nat(),
});
const journey = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  rounds: fc.array(round, { minLength: 1, maxLength: 3 }),
});

test(
  'after a rollback to any checkpoint the context is the one stored there, but for the declared fields [R212]',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(journey, async ({ steps, rounds }) => {
        let fails = false;
        let strategies = 0;
        const thinker = (task: AgentTask) => decide(task, 'x'.repeat(++strategies));
        const testProject = await createTestProject({ thinker });
        const act = async (task: AgentTask): Promise<void> => {
          const plan = await testProject.troupe.get(task.plan.planId);
          for (const { kind, text } of steps) {
            if (kind === 'write') await task.call('write', { path: 'b.txt', content: text });
            if (kind === 'decide') await decide(task, text);
            if (kind === 'checkpoint') await task.call('system/create_checkpoint', { label: text });
            if (kind === 'prompt') await plan.prompt(text);
          }
          if (fails) throw new TroupeError('AGENT_FAILED', 'no', { retriable: false });
        };
        const { plan } = await testProject.run(act, { strategyActor: 'thinker' });
        const changes: Record<string, () => Promise<unknown>> = {
          nothing: async () => {},
          prompt: () => plan.prompt('mind this'),
          execute: () => executeAgain(plan),
          fail: async () => {
            fails = true;
            await executeAgain(plan);
            fails = false;
          },
          async revert() {
            if ((await plan.record()).availableCommands.includes('revert')) await plan.revert('not so');
            await executeAgain(plan);
          },
        };
        for (const { between, pick } of rounds) {
          await changes[between]?.();
          const checkpoints = await plan.checkpoints.list();
          const { checkpointId, treeOid } = checkpoints[pick % checkpoints.length] ?? { checkpointId: '', treeOid: '' };
          const present = await contextAt(plan, (await plan.checkpoints.create()).checkpointId);
          await plan.rollback(checkpointId);
          const restored = await contextAt(plan, (await plan.checkpoints.create()).checkpointId);
          expectRestored(restored, { stored: await contextAt(plan, checkpointId), present });
          expect(restored.resumeFrom).toMatchObject({ tree: treeOid, isAgentWorkDone: false });
        }
      }),
      { seed: testSeed('restored contexts'), numRuns: 12 },
    );
  },
);

async function decide(task: AgentTask, chosenOption: string): Promise<void> {
  const confidence = 0.9 - (chosenOption.length % 5) / 10;
  await task.call('decide', { question: '?', chosenOption, rationale: 'so', confidence });
}

/** Lets a plan that waits work until it waits again. */
async function executeAgain(plan: Plan): Promise<void> {
  if (!(await plan.record()).availableCommands.includes('execute')) return;
  await plan.execute();
  await plan.waitUntilIdle();
}

async function contextAt(plan: Plan, checkpointId: string): Promise<Context> {
  const { state } = await plan.checkpoints.get(checkpointId);
  return 'context' in state.state ? (state.state.context ?? {}) : {};
}

function expectRestored(restored: Context, { stored, present }: { stored: Context; present: Context }): void {
  const { kept, cleared, set } = notRestored;
  const { spec } = present as unknown as PlanContext;
  const blank = createPlanContext({ spec }) as unknown as Context;
  const expected = {
    ...stored,
    ...pick(present, kept),
    ...pick(blank, cleared),
    ...pick(restored, { ...set, resting: '', position: '' }),
  };
  expect(restored).toEqual(expected);
  expect(restored.position).toEqual({ phase: 'execute', state: 'queued' });
}

function pick(context: Context, fields: object): Context {
  return Object.fromEntries(Object.entries(context).filter(([field]) => field in fields));
}
