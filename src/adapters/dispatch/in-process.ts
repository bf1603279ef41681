import { join } from 'node:path';
import type { Agents } from '../../ports/agent.ts';
import type { Dispatcher } from '../../ports/dispatcher.ts';
import type { RunProcess } from '../../ports/process.ts';

/** Does all work in this process, as soon as it is dispatched. */
export function inProcessDispatcher({ agents, run }: { agents: Agents; run: RunProcess }): Dispatcher {
  return {
    async runAgent({ agent: ref, actionDir, task, place }) {
      const agent = agents(ref, actionDir);
      const { variables } = agent.usesDirectory === false ? { variables: {} } : await place();
      return agent.run({ ...task, variables });
    },
    async runValidation({ folder, place, onStart, env, ...program }) {
      const { directory, variables } = await place();
      onStart();
      return run({
        ...program,
        cwd: folder === undefined ? directory : join(directory, folder),
        env: { ...env, ...variables },
      });
    },
  };
}
