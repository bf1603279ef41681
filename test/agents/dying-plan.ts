/** A plan whose process dies again and again, and is continued by the next one. */
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { AgentSpec } from '../../src/agents.ts';
import type { Plan, PlanRecord, Troupe } from '../../src/index.ts';
import { sharedStore } from '../runtime/crash-points.ts';
import { createTestProject } from '../runtime/test-project.ts';

export interface DyingPlan {
  /** The process is gone: nothing that it still does is stored. */
  die(): void;
  /** Runs the plan until it is executed, in one process after the other. */
  run(deathsMax: number): Promise<PlanRecord | 'died'>;
}

export function dyingPlan(
  action: Record<string, unknown>,
  agents: Record<string, AgentSpec>,
  files?: Record<string, string>,
): DyingPlan {
  let die = () => {};
  return {
    die: () => die(),
    async run(deathsMax) {
      const rows = await memoryStore()();
      const testProject = await createTestProject({}, files === undefined ? {} : { files });
      /** Opens the store as the next process does; resolves when that dies, or when the plan is executed. */
      const live = async (find: (troupe: Troupe) => Promise<Plan>): Promise<PlanRecord | 'died'> => {
        let isDead = false;
        const troupe = await testProject.openSecond({
          ...{ store: sharedStore(rows, () => isDead), agents, resume: true },
        });
        const died = new Promise<'died'>(resolve => {
          die = () => {
            isDead = true;
            resolve('died');
          };
        });
        const execute = async () => {
          const plan = await find(troupe);
          await plan.waitUntilIdle();
          // It may be executed already, or wait for that.
          await plan.execute().catch(() => undefined);
          const record = await plan.waitUntilIdle();
          await troupe.close();
          return record;
        };
        return Promise.race([execute(), died]);
      };
      let planId = '';
      let last = await live(async troupe => {
        const plan = await troupe.use({ action: await troupe.actions.read(action), start: true });
        planId = plan.id;
        return plan;
      });
      for (let deaths = 1; last === 'died' && deaths <= deathsMax; deaths++) {
        last = await live(troupe => troupe.get(planId));
      }
      return last;
    },
  };
}
