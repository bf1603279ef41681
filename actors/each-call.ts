import type { EffectContext } from '../src/durable/effect.ts';
import { Fault } from '../src/model/fault.ts';
import type { Invariant } from '../src/model/invariant.ts';
import type { AgentJob } from './agent-work.ts';
import { projectOf } from './project.ts';
import { looksAtFiles, violationsOf } from './violations.ts';
import { workplaceOf } from './workplace.ts';
import type { World } from './world.ts';

/**
 * Invariants that say `each: action` hold after every call that wrote. A step, so that a call whose process died before
 * they were asked has them asked when it is taken up. @throws {Fault} INVARIANT_VIOLATED
 */
export async function holdEach(
  world: World,
  context: EffectContext<unknown>,
  job: AgentJob,
  { index, tree }: { index: number; tree: string },
): Promise<void> {
  const { spec } = job;
  const each = spec.invariants.filter(invariant => invariant.each === 'action' && invariant.check !== null);
  if (each.length === 0 || spec.actors.invariant === null) return;
  await context.step(`held/${index}`, () => hold(world, context, job, { each, tree }));
}

async function hold(
  world: World,
  context: EffectContext<unknown>,
  { spec, sandbox, phase }: AgentJob,
  { each, tree }: { each: Invariant[]; tree: string },
): Promise<void> {
  const { project, link } = projectOf(world, spec);
  const { files } = await project.changes({ alias: link.alias, from: link.baseTree, to: tree });
  const { variables } = each.some(looksAtFiles) ? await workplaceOf(world, spec, sandbox, context) : { variables: {} };
  const scene = {
    spec,
    world,
    changes: files,
    from: link.baseTree,
    tree,
    directory: sandbox.path,
    variables,
    signal: context.signal,
    key: context.key,
  };
  const violations = await violationsOf(each, scene);
  const [first] = violations;
  if (!first) return;
  await context.record(
    violations.map(violation => ({ type: 'invariant.violated', planId: spec.planId, phase, ...violation })),
  );
  throw new Fault(
    'INVARIANT_VIOLATED',
    `After a tool call an invariant does not hold: "${first.text}": ${first.message}`,
    {
      where: `plan ${spec.planId}`,
      hints: ['troupe plan logs', 'troupe plan revert'],
      details: { files: first.files, violations },
    },
  );
}
