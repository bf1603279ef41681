import { Fault } from '../src/model/fault.ts';
import { PlanSpec } from '../src/model/plan.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import type { World } from './world.ts';

const bytesNeededMin = 64 * 1024 * 1024;

type Check = (spec: PlanSpec, world: World) => Promise<void> | void;

/** The seven checks of spec §2; each failure names itself and what to do. */
export const checks = {
  action: spec => {
    const parsed = PlanSpec.safeParse(spec);
    if (!parsed.success)
      throw new Fault(
        'INVALID_ACTION',
        parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '),
      );
  },
  agents: async (spec, world) => {
    const { strategy, execution, estimation } = spec.actors;
    for (const ref of [strategy, execution, estimation])
      if (ref !== null) await world.agents(ref, spec.actionDir).check();
  },
  tools: (spec, world) => {
    const { allowTools, denyTools } = spec.profileSnapshot.guards;
    for (const tool of [...allowTools, ...denyTools]) {
      if (!world.toolNames.includes(tool)) {
        throw new Fault(
          'UNKNOWN_TOOL',
          `The profile ${spec.automationProfile} names the tool "${tool}"; known are ${world.toolNames.join(', ')}`,
        );
      }
    }
  },
  autonomy: spec => {
    if (spec.profileSnapshot.name !== spec.automationProfile) {
      throw new Fault(
        'UNKNOWN_PROFILE',
        `The plan names the profile ${spec.automationProfile} but holds a snapshot of ${spec.profileSnapshot.name}`,
      );
    }
  },
  rollback: async (spec, world) => {
    const { project, link } = projectOf(world, spec);
    await project.files(link.baseTree).catch(cause => {
      throw new Fault(
        'SANDBOX_LOST',
        `The base tree ${link.baseTree} of ${link.root} cannot be read, so nothing could be rolled back to it`,
        { cause },
      );
    });
  },
  budget: spec => {
    for (const [limit, amount] of Object.entries(spec.budget)) {
      if (amount !== undefined && amount <= 0)
        throw new Fault('BUDGET_EXHAUSTED', `The budget's ${limit} is ${amount}; it must be above zero`);
    }
  },
  project: async (spec, world) => {
    const { project, link } = projectOf(world, spec);
    if (spec.depth === 0) await project.head(link.baseCommit);
    const free = await project.spaceFree();
    if (free < bytesNeededMin) {
      throw new Fault(
        'NOT_A_PROJECT',
        `Only ${Math.floor(free / 1024 / 1024)} MiB are free where sandboxes live; at least 64 are needed`,
        { hints: ['df -h'] },
      );
    }
  },
} satisfies Record<string, Check>;

/** Asks whether the plan could run at all, before anything runs. @throws {Fault} PREFLIGHT_FAILED naming every failed check */
export const preflight = provided('preflight', async ({ input: { spec } }, world) => {
  const failures: { check: string; fault: ReturnType<typeof Fault.store> }[] = [];
  for (const [check, run] of Object.entries<Check>(checks)) {
    try {
      await run(spec, world);
    } catch (thrown) {
      if (thrown instanceof TypeError) throw thrown;
      failures.push({ check, fault: Fault.store(thrown) });
    }
  }
  const first = failures[0];
  if (first) {
    throw new Fault('PREFLIGHT_FAILED', failures.map(({ check, fault }) => `${check}: ${fault.message}`).join('; '), {
      where: `plan ${spec.planId}`,
      hints: [...new Set(failures.flatMap(({ fault }) => fault.hints))],
      details: { failures: failures.map(({ check, fault }) => ({ check, code: fault.code, message: fault.message })) },
    });
  }
  return { checked: Object.keys(checks) };
});
