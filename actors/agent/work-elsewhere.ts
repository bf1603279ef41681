import type { EffectContext } from '../../src/durable/effect.ts';
import { agentLabel } from '../../src/model/agent-label.ts';
import type { AgentEnd, AgentWork } from '../../src/ports/dispatcher.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import { sendWorkerWait, workerWaitText } from '../worker-wait.ts';
import type { AgentJob } from './agent-job.ts';
import { type CallRecord, recordedCalls } from './call-record.ts';

/** The step of the end of work that another machine did. */
const endStep = 'end';

/** What a dispatcher needs that lets another machine do the work. */
export function createElsewhere(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: AgentJob,
  calls: CallRecord,
  log: (line: string) => void,
): Pick<AgentWork, 'files' | 'record' | 'onWait'> {
  const { spec, sandbox } = job;
  const { project } = resolveProject(services, spec);
  let isQueued = false;
  return {
    files: {
      capture: async () => (await project.capture({ key: sandbox.key })).tree,
      restore: tree => project.restore({ key: sandbox.key, tree }),
    },
    async record(act) {
      const recorded = await context.step<{ end: AgentEnd; calls: (number | string)[] }>(endStep, async () => {
        const end = await act();
        // It ended while no process of the owner was there: the one before recorded its calls.
        if ((end.calls ?? 0) > calls.count) {
          for (const at of recordedCalls(context)) if (!calls.made.includes(at)) await calls.repeat(at);
        }
        return { end, calls: [...calls.made] };
      });
      // After a crash nothing makes its calls again.
      for (const at of recorded.calls.slice(calls.count)) await calls.repeat(at);
      return recorded.end;
    },
    onWait(reason) {
      if (reason === null && !isQueued) return;
      isQueued = reason !== null;
      log(workerWaitText(reason));
      sendWorkerWait(context, agentLabel(job.agent), reason);
    },
  };
}
