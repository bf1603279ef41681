import type { EffectContext } from '../../src/durable/effect.ts';
import { type AgentUsage, addUsage, type BudgetUsage } from '../../src/model/budget.ts';
import { zeroUsage } from '../../src/model/zero-usage.ts';
import type { AgentAnswer } from '../../src/ports/agent.ts';
import type { BudgetLease } from '../../src/ports/budget.ts';
import type { AgentJob } from './agent-job.ts';
import type { SessionRecord } from './task-session.ts';

/** Usage is recorded again when it has grown by this share: a run records few events, and a crash loses little. */
const growthMin = 0.1;

interface UsageOptions {
  account: BudgetLease;
  context: EffectContext<unknown>;
  job: Pick<AgentJob, 'spec' | 'role'>;
  /** Records usage while the agent works. false for an agent that reports the same usage again after a crash. */
  whileWorking: boolean;
  session: SessionRecord;
}

/** Runs an agent and records its usage: while it works, and in the end, however it ends. */
export async function withUsage(
  { account, context, job, whileWorking, session }: UsageOptions,
  work: (reportUsage: (usage: AgentUsage) => void) => Promise<AgentAnswer>,
): Promise<AgentAnswer> {
  const about = { type: 'usage.recorded', planId: job.spec.planId, role: job.role };
  let reported = zeroUsage;
  let recorded = zeroUsage;
  const takeUnrecorded = (): AgentUsage => {
    const usage = difference(reported, recorded);
    recorded = reported;
    return usage;
  };
  const reportUsage = (usage: AgentUsage) => {
    account.addUsage(usage);
    session.addUsage(usage);
    reported = addUsage(reported, usage);
    if (!whileWorking || context.signal.aborted || !hasGrown(reported, recorded)) return;
    // The end of the run waits for the same commit; a stopped effect emits nothing.
    void context.emit([{ ...about, seconds: 0, usage: takeUnrecorded() }, ...session.changes()]).catch(() => undefined);
  };
  let rest: AgentUsage = {};
  try {
    const answer = await work(reportUsage);
    rest = answer.usage ?? {};
    session.end(null);
    return answer;
  } catch (thrown) {
    session.end(thrown);
    throw thrown;
  } finally {
    const seconds = account.close();
    const spend = async () => {
      account.addUsage(rest);
      session.addUsage(rest);
      reported = addUsage(reported, rest);
      return { seconds, usage: takeUnrecorded() };
    };
    // A step, so that a crash right after it neither reports nor counts the usage twice.
    if (context.signal.aborted) await spend();
    else await context.step('usage', spend, { emit: spent => [{ ...about, ...spent }, ...session.changes()] });
  }
}

function hasGrown(now: BudgetUsage, before: BudgetUsage): boolean {
  return (['tokens', 'usd'] as const).some(key => (now[key] ?? 0) > (before[key] ?? 0) * (1 + growthMin));
}

function difference(now: BudgetUsage, before: BudgetUsage): AgentUsage {
  return {
    ...(now.tokens !== null && { tokens: now.tokens - (before.tokens ?? 0) }),
    ...(now.usd !== null && { usd: now.usd - (before.usd ?? 0) }),
  };
}
