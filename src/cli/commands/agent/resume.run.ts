import { existsSync } from 'node:fs';
import { presets, sessionCommand } from '../../../agents.ts';
import { commandHint, type RecordedSession, TroupeError } from '../../../index.ts';
import { shortId } from '../../../presentation/hints.ts';
import { createLogLabels } from '../../../presentation/log-labels.ts';
import { commandIn, sessionData } from '../../../presentation/sessions.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { resolveSubplan } from '../../project/resolve-subplan.ts';

/** Prints the command with which a person opens the last session of a plan's agent in the agent itself. */
export const run: RunCommand = async context => {
  const { args, paint } = context;
  await using opened = await openProject(context);
  const { troupe } = opened;
  const root = await requirePlan(context, troupe);
  const wanted = args.text('subplan');
  const names = createLogLabels(await troupe.tree(root.id), paint);
  const planId = wanted === undefined ? root.id : resolveSubplan(names, wanted, root.id);
  const plan = planId === root.id ? root : await troupe.get(planId);
  const sessions = (await plan.sessions()).filter(({ state }) => state !== 'lost');
  const session = sessions.findLast(({ directory }) => existsSync(directory)) ?? sessions.at(-1);
  if (session === undefined) throw withoutSession(planId);
  const command = commandIn(session.directory, openCommand(session, planId));
  return { data: { plan_id: planId, session: toSnakeCaseKeys(sessionData(session)), command }, text: command };
};

/** @throws {TroupeError} UNKNOWN_SESSION for an agent that opens no session, or a folder that was removed */
function openCommand({ sessionId, program, directory }: RecordedSession, planId: string): string[] {
  const argv = sessionCommand(presets[program], sessionId);
  if (argv === null) throw unopened(planId, `${program} has no command that opens session ${sessionId}`);
  if (existsSync(directory)) return argv;
  throw unopened(planId, `The folder ${directory} was removed, and ${program} finds session ${sessionId} only there`);
}

const unopened = (planId: string, message: string) =>
  new TroupeError('UNKNOWN_SESSION', message, {
    where: `plan ${shortId(planId)}`,
    hints: [commandHint('plan logs', { planId: shortId(planId) })],
  });

const withoutSession = (planId: string) =>
  new TroupeError('UNKNOWN_SESSION', 'No agent of this plan has recorded a session', {
    where: `plan ${shortId(planId)}`,
    hints: [
      commandHint('plan tree', { planId: shortId(planId) }),
      commandHint('plan explain', { planId: shortId(planId) }),
    ],
  });
