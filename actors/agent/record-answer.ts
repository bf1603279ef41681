import type { EffectContext } from '../../src/durable/effect.ts';
import type { AgentUsage } from '../../src/model/budget.ts';
import type { Redactor } from '../../src/model/redactor.ts';
import type { AgentTask } from '../../src/ports/agent.ts';
import type { BudgetLease } from '../../src/ports/budget.ts';
import type { AgentJob } from './agent-job.ts';

interface AskOptions {
  account: BudgetLease;
  context: EffectContext<unknown>;
  job: Pick<AgentJob, 'spec' | 'role' | 'results'>;
  redactor: Redactor;
}

/** Makes each request of an agent a durable step, which records the result without secrets, and the usage. */
export function createAsk({ account, context, job, redactor }: AskOptions): AgentTask['ask'] {
  const { spec, role, results } = job;
  const about = { planId: spec.planId, role };
  return async <Result>(
    name: string,
    request: () => Promise<{ result: Result; usage: AgentUsage }>,
  ): Promise<Result> => {
    if (results?.has(name)) return results.get(name) as Result;
    let done: { result: Result } | null = null;
    const recorded = await context.step(
      `ask/${name}`,
      async () => {
        const { result, usage } = await request();
        account.addUsage(usage);
        done = { result: JSON.parse(JSON.stringify(result)) as Result };
        return { result: redactor.value(done.result), usage };
      },
      {
        emit: ({ result, usage }) => [
          { type: 'result.recorded', ...about, name, result },
          { type: 'usage.recorded', ...about, seconds: 0, usage },
        ],
      },
    );
    // The agent gets the result with its secrets as long as this process lives.
    return ((done ?? recorded) as { result: Result }).result;
  };
}
