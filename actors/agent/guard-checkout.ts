import type { EffectContext } from '../../src/durable/effect.ts';
import { checkoutApproval } from '../../src/model/checkout.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { Project } from '../../src/ports/project.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import type { AgentJob } from './agent-job.ts';
import { requestApproval } from './request-approval.ts';
import { type AgentOutcome, runAgent } from './run-agent.ts';
import { type CheckoutChanges, listNames, unrecordedChanges, watchCheckout } from './watch-checkout.ts';

/** An agent's finished work with an open question to a person: stored, so that a crash meanwhile loses nothing. */
interface PendingOutcome {
  outcome: AgentOutcome;
  /** The agent's sandbox after its work. */
  tree: string;
  files: string[];
}

const pendingStep = 'checkout';

/**
 * Runs an agent while watching your checkout. You may work there meanwhile: only changes that are shown to be the
 * agent's fail the work; for the rest the plan's `checkoutGuard` decides.
 * @throws {TroupeError} CHECKOUT_TOUCHED naming the files
 */
export async function withCheckoutGuard(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: AgentJob,
): Promise<AgentOutcome> {
  const { spec, sandbox } = job;
  const { project } = resolveProject(services, spec);
  const pending = context.recordedResult<PendingOutcome>(pendingStep);
  if (pending !== undefined) {
    await project.restore({ key: sandbox.key, tree: pending.tree });
    await requestAcceptance(services, context, job, pending.files);
    return pending.outcome;
  }
  const watched = await watchCheckout(services, project, { job, key: context.key });
  try {
    const outcome = await runAgent(services, context, job, watched.mentions).catch(async thrown => {
      if (!context.signal.aborted)
        await checkChanges(services, context, job, { changes: await watched.changes(), fails: true });
      throw thrown;
    });
    const files = await checkChanges(services, context, job, { changes: await watched.changes(), fails: false });
    if (files.length > 0) {
      const { tree } = await project.capture({ key: sandbox.key });
      await context.step<PendingOutcome>(pendingStep, async () => ({ outcome, tree, files }));
      await requestAcceptance(services, context, job, files);
    }
    return outcome;
  } finally {
    watched.stop();
  }
}

/**
 * Fails for changes shown to be the agent's, and for others when the guard says so; otherwise records them. Returns
 * the files to ask a person about. Work that already fails keeps its own error.
 */
async function checkChanges(
  services: EffectServices,
  context: EffectContext<unknown>,
  { spec }: AgentJob,
  { changes, fails }: { changes: CheckoutChanges; fails: boolean },
): Promise<string[]> {
  const { project } = resolveProject(services, spec);
  if (changes.signs.size > 0) throw agentChangedError(project, changes);
  const guard = spec.checkoutGuard ?? 'report';
  if (changes.unexplained.length > 0 && guard === 'fail' && !fails) {
    throw checkoutTouchedError(
      project,
      changes.unexplained,
      `Your checkout changed while the agent worked: ${listNames(changes.unexplained)}. Nothing shows who did it, and checkoutGuard is "fail"`,
    );
  }
  const files = await unrecordedChanges(services, spec, changes.unexplained);
  if (files.length === 0) return [];
  if (guard === 'ask' && !fails) return files;
  await context.emit([checkoutChanged(spec, files, false)]);
  return [];
}

async function requestAcceptance(
  services: EffectServices,
  context: EffectContext<unknown>,
  { spec }: AgentJob,
  files: string[],
): Promise<void> {
  const { project } = resolveProject(services, spec);
  const names = listNames(files);
  const { verdict, reason } = await requestApproval(services, context, {
    spec,
    at: pendingStep,
    tool: checkoutApproval,
    words: `continue; files of your checkout changed meanwhile, and nothing shows that the agent did it: ${names}`,
    folder: project.root,
    threshold: 'writeFiles',
    input: names,
    confidence: 1,
  });
  if (verdict === 'approved') return context.emit([checkoutChanged(spec, files, true)]);
  const answer = verdict === 'denied' ? 'you did not accept it' : 'no answer came in time';
  const because = reason === '' || verdict !== 'denied' ? '' : ` (${reason})`;
  throw checkoutTouchedError(
    project,
    files,
    `Your checkout changed while the agent worked, and ${answer}${because}: ${listNames(files)}`,
  );
}

function checkoutChanged(
  { planId, rootPlanId }: AgentJob['spec'],
  files: string[],
  accepted: boolean,
): Extract<PlanEventPayload, { type: 'checkout.changed' }> {
  return { type: 'checkout.changed', planId, change: { planId, rootPlanId, files, accepted } };
}

function agentChangedError(project: Project, { signs, unexplained }: CheckoutChanges): TroupeError {
  const shown = [...signs].map(([path, sign]) => `${path} (${sign})`);
  const others = unexplained.length === 0 ? '' : `; ${listNames(unexplained)} changed too, which nothing explains`;
  const message = `The agent changed your checkout: ${listNames(shown)}${others}`;
  return checkoutTouchedError(project, [...signs.keys(), ...unexplained], message, Object.fromEntries(signs));
}

function checkoutTouchedError(
  project: Project,
  files: string[],
  message: string,
  signs: Record<string, string> = {},
): TroupeError {
  return new TroupeError('CHECKOUT_TOUCHED', message, {
    where: project.root,
    hints: ['git status', commandHint('plan execute')],
    details: { files, signs },
  });
}
