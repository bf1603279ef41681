/**
 * Asks a strategy agent once more when its answer cannot be recorded, with the errors in the answer. That costs less than a plan
 * that fails after the agent has read the project.
 */
import { TroupeError } from '../../model/errors.ts';
import type { Agent, AgentAnswer, AgentTask } from '../../ports/agent.ts';

/** Returns an agent that runs a strategy again if nothing of its answer was recorded. */
export function withSecondTry(agent: Agent): Agent {
  return { ...agent, run: task => (task.role === 'strategy' ? runTwice(task, agent.run) : agent.run(task)) };
}

/** @throws {TroupeError} of the last run */
async function runTwice(task: AgentTask, run: Agent['run']): Promise<AgentAnswer> {
  let isRecorded = false;
  const call: AgentTask['call'] = (tool, input, options) => {
    isRecorded = true;
    return task.call(tool, input, options);
  };
  try {
    return await run({ ...task, call });
  } catch (thrown) {
    if (isRecorded || !TroupeError.is(thrown) || thrown.code !== 'INVALID_DECISION') throw thrown;
    task.log(`The answer cannot be used, and is asked for once more: ${thrown.message}`);
    const problem = [
      'Your answer could not be used, and nothing of it was kept:',
      thrown.message,
      'Give the whole answer once more, corrected.',
    ];
    const once: AgentTask['once'] = (name, act) => task.once(`second try/${name}`, act);
    return run({ ...task, once, problem: problem.join('\n') });
  }
}
