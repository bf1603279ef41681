import type { AgentSpec } from '../../../model/agent.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { AgentAnswer } from '../../../ports/agent.ts';
import type { AgentEnd, AgentWork } from '../../../ports/dispatcher.ts';
import type { AgentJobData } from '../messages.ts';
import { agentNeeds } from '../needs.ts';
import { createAgentSession } from './agent-session.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { createSessionFiles, type SessionFiles } from './session-files.ts';
import { createSessionReports } from './session-reports.ts';
import { actionFolderIn } from './stays-here.ts';

/** Has a worker run an agent. */
export async function dispatchAgent(context: DispatchContext, work: AgentWork, spec: AgentSpec): Promise<AgentAnswer> {
  const { board, agents, exchange, root, forget } = context;
  const { task, actionDir, files: own } = work;
  const { plan, key } = task;
  const agent = agents(work.agent, actionDir);
  const hasFolder = agent.usesDirectory !== false;
  const files = hasFolder && exchange !== null ? createSessionFiles(key, own, exchange) : null;
  const reports = createSessionReports(task, agent.repeatsUsage !== false);
  const session = createAgentSession({ task, reports, files, send: board.send });
  const actionFolder = actionFolderIn(root, actionDir) ?? '';
  let isLive = false;
  let isFound = false;
  const end = await work.record(async (): Promise<AgentEnd> => {
    isLive = true;
    const result = await board.run({
      ...{ planId: plan.planId, key, signal: task.signal, onWait: work.onWait, onMessage: session.receive },
      onResult: ({ reports: last }) => reports.wait(last),
      needs: { ...agentNeeds(plan, spec, { files: hasFolder, onlyLooking: work.onlyLooking }), labels: context.labels },
      data: async () => ({ plan, work: await jobOf(work, { spec, actionFolder, files }) }),
      onFound: async () => {
        isFound = true;
        await files?.publish();
      },
    });
    await session.repeated();
    await files?.adopt(result.tree);
    const tree = files === null ? null : await own.capture();
    const { value, error, calls } = result;
    return error === undefined ? { answer: value as AgentAnswer, tree, calls } : { error, tree, calls };
  });
  // Calls that are repeated restore their trees, which are older.
  if ((isFound || !isLive) && end.tree !== null) await own.restore(end.tree);
  forget(plan.planId, key);
  if (end.answer === undefined) throw TroupeError.deserialize(TroupeError.serialize(end.error));
  return end.answer;
}

async function jobOf(
  { task, onlyLooking }: AgentWork,
  { spec, actionFolder, files }: { spec: AgentSpec; actionFolder: string; files: SessionFiles | null },
): Promise<AgentJobData> {
  const { role, attempt, directory, decisions, guidance, advice, problem, diff, choices = null, session } = task;
  const data = { role, attempt, directory, decisions, guidance, advice, problem, diff, choices };
  return {
    ...{ kind: 'agent', agent: spec, actionFolder, onlyLooking },
    base: files === null ? null : await files.publish(),
    task: { ...data, session: session === null ? null : { last: session.last } },
  };
}
