import type { EffectContext } from '../src/durable/effect.ts';
import { checkoutQuestion } from '../src/model/checkout.ts';
import type { PlanFact } from '../src/model/event.ts';
import { Fault } from '../src/model/fault.ts';
import type { Project } from '../src/ports/project.ts';
import { type AgentJob, type AgentOutcome, agentWork } from './agent-work.ts';
import { type CheckoutChanges, namesOf, unrecorded, watchCheckout } from './checkout.ts';
import { consentTo } from './consent.ts';
import { projectOf } from './project.ts';
import type { World } from './world.ts';

/** An agent's finished work, of which a person is asked: kept, so that a crash while the question is open loses none of it. */
interface Held {
  outcome: AgentOutcome;
  /** What the agent left in its sandbox. */
  tree: string;
  files: string[];
}

const heldStep = 'checkout';

/**
 * One agent at work while the user's checkout is watched. People may work there meanwhile: only what can be shown to be the
 * agent's fails the work; for the rest the plan's `checkoutGuard` decides.
 * @throws {Fault} CHECKOUT_TOUCHED naming the files
 */
export async function guardedWork(world: World, context: EffectContext<unknown>, job: AgentJob): Promise<AgentOutcome> {
  const { spec, sandbox } = job;
  const { project } = projectOf(world, spec);
  const held = context.recall<Held>(heldStep);
  if (held !== undefined) {
    await project.restore({ key: sandbox.key, tree: held.tree });
    await askAbout(world, context, job, held.files);
    return held.outcome;
  }
  const watched = await watchCheckout(world, project, { job, key: context.key });
  try {
    const outcome = await agentWork(world, context, job, watched.mentions).catch(async thrown => {
      if (!context.signal.aborted) await judge(world, context, job, { changes: await watched.changes(), fails: true });
      throw thrown;
    });
    const files = await judge(world, context, job, { changes: await watched.changes(), fails: false });
    if (files.length > 0) {
      const { tree } = await project.capture({ key: sandbox.key });
      await context.step<Held>(heldStep, async () => ({ outcome, tree, files }));
      await askAbout(world, context, job, files);
    }
    return outcome;
  } finally {
    watched.stop();
  }
}

/**
 * Fails for what the agent is shown to have changed, and for the rest where the guard says so; else records it. Answers the
 * files that a person must be asked about. Work that `fails` by itself keeps its own failure.
 */
async function judge(
  world: World,
  context: EffectContext<unknown>,
  { spec }: AgentJob,
  { changes, fails }: { changes: CheckoutChanges; fails: boolean },
): Promise<string[]> {
  const { project } = projectOf(world, spec);
  if (changes.signs.size > 0) throw shownFault(project, changes);
  const guard = spec.checkoutGuard ?? 'report';
  if (changes.unexplained.length > 0 && guard === 'fail' && !fails) {
    throw touched(
      project,
      changes.unexplained,
      `Your checkout changed while the agent worked: ${namesOf(changes.unexplained)}. Nothing shows who did it, and checkoutGuard is "fail"`,
    );
  }
  const files = await unrecorded(world, spec, changes.unexplained);
  if (files.length === 0) return [];
  if (guard === 'ask' && !fails) return files;
  await context.record([changedFact(spec, files, false)]);
  return [];
}

async function askAbout(
  world: World,
  context: EffectContext<unknown>,
  { spec }: AgentJob,
  files: string[],
): Promise<void> {
  const { project } = projectOf(world, spec);
  const names = namesOf(files);
  const { verdict, reason } = await consentTo(world, context, {
    spec,
    at: heldStep,
    tool: checkoutQuestion,
    words: `continue; files of your checkout changed meanwhile, and nothing shows that the agent did it: ${names}`,
    folder: project.root,
    threshold: 'writeFiles',
    input: names,
    confidence: 1,
  });
  if (verdict === 'approved') return context.record([changedFact(spec, files, true)]);
  const answer = verdict === 'denied' ? 'you did not accept it' : 'no answer came in time';
  const because = reason === '' || verdict !== 'denied' ? '' : ` (${reason})`;
  throw touched(
    project,
    files,
    `Your checkout changed while the agent worked, and ${answer}${because}: ${namesOf(files)}`,
  );
}

function changedFact(
  { planId, rootPlanId }: AgentJob['spec'],
  files: string[],
  accepted: boolean,
): Extract<PlanFact, { type: 'checkout.changed' }> {
  return { type: 'checkout.changed', planId, change: { planId, rootPlanId, files, accepted } };
}

function shownFault(project: Project, { signs, unexplained }: CheckoutChanges): Fault {
  const shown = [...signs].map(([path, sign]) => `${path} (${sign})`);
  const others = unexplained.length === 0 ? '' : `; ${namesOf(unexplained)} changed too, which nothing explains`;
  const message = `The agent changed your checkout: ${namesOf(shown)}${others}`;
  return touched(project, [...signs.keys(), ...unexplained], message, Object.fromEntries(signs));
}

function touched(project: Project, files: string[], message: string, signs: Record<string, string> = {}): Fault {
  return new Fault('CHECKOUT_TOUCHED', message, {
    where: project.root,
    hints: ['git status', 'troupe plan execute'],
    details: { files, signs },
  });
}
