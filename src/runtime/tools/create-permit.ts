import { createRedactor } from '../../model/redactor.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { checkGuards, type GuardOptions } from './check-guards.ts';
import { toolCancelledError } from './tool-errors.ts';
import type { ToolRunnerOptions } from './tool-runner-options.ts';
import { createToolTable } from './tool-table.ts';

export type PermitOptions = GuardOptions & Pick<ToolRunnerOptions, 'tools' | 'signal' | 'budget' | 'redactor'>;

/**
 * Creates the function by which an agent that works by its own means asks for permission. Requests are evaluated one at a time
 * and count as tool calls. They are not recorded: after a crash such an agent starts again and may act differently.
 */
export function createPermit(options: PermitOptions): AgentTask['permit'] {
  const table = createToolTable(options.tools);
  const redactor = options.redactor ?? createRedactor();
  let requests = 0;
  let last: Promise<unknown> = Promise.resolve();

  const evaluate = async (name: string, input: unknown): Promise<void> => {
    const tool = table.find(name);
    if (options.signal.aborted) throw toolCancelledError(tool);
    const spentUp = options.budget?.call() ?? null;
    let isPermitted = false;
    try {
      const request = { tool, callsBefore: requests++, input: redactor.value(input), spentUp };
      await checkGuards(options, request, table);
      isPermitted = true;
    } catch (failure) {
      throw options.signal.aborted ? toolCancelledError(tool, failure) : failure;
    } finally {
      if (spentUp === null) options.budget?.called(isPermitted);
    }
  };
  return (name, input) => {
    const answer = last.then(() => evaluate(name, input));
    last = answer.catch(() => undefined);
    return answer;
  };
}
