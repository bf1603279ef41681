/** The session of an agent over the runs of its work: which one a run continues, and what is recorded of it. */
import type { EffectContext } from '../../src/durable/effect.ts';
import { agentLabel } from '../../src/model/agent-label.ts';
import { type AgentSession, isSessionId, type RecordedSession } from '../../src/model/agent-session.ts';
import { type AgentUsage, addUsage } from '../../src/model/budget.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import { sessionToContinue } from '../../src/model/session-to-continue.ts';
import { zeroUsage } from '../../src/model/zero-usage.ts';
import type { Agent, ContinuedSession, TaskSession } from '../../src/ports/agent.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import type { AgentJob } from './agent-job.ts';

/** The session of one run of an agent. */
export interface SessionRecord {
  /** What the agent gets; null for an agent without sessions. */
  readonly task: TaskSession | null;
  /** Adds usage of the run. */
  addUsage(usage: AgentUsage): void;
  /** Returns the events to commit together with the usage so far. */
  changes(): PlanEventPayload[];
  /** Sets how the run ended; `changes` then returns it. */
  end(failure: unknown): void;
}

type SessionJob = Pick<AgentJob, 'spec' | 'agent' | 'role' | 'attempt' | 'sandbox'>;

/** Returns the session that a run of a job continues; null if it begins a new one. */
export async function findSession(
  services: EffectServices,
  { spec, agent, role, attempt, sandbox }: SessionJob,
): Promise<RecordedSession | null> {
  const { sessions: program } = services.agents(agent, spec.actionDir);
  if (program === undefined) return null;
  const { ledger } = services;
  const recorded = await ledger.sessions(spec.planId);
  if (recorded.length === 0) return null;
  const wanted = { program, role, attempt, directory: sandbox.path };
  return sessionToContinue(recorded, wanted, await ledger.rollbacks(spec.planId));
}

/** Opens the record of the session for one run. */
export async function openSessionRecord(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: SessionJob & Pick<AgentJob, 'tree'>,
  { sessions: program }: Pick<Agent, 'sessions'>,
): Promise<SessionRecord> {
  if (program === undefined) return noSession;
  const { spec, role, attempt, sandbox, agent } = job;
  const found = await findSession(services, job);
  let current: AgentSession | null = found === null ? null : withoutRow(found);
  let interrupted = found !== null && wasInterrupted(found, context.key);
  let isKept = false;

  const event = (session: AgentSession): PlanEventPayload => ({
    type: 'session.recorded',
    planId: spec.planId,
    session,
  });
  // The end of the run waits for the same commit; a stopped effect emits nothing.
  const record = (session: AgentSession) => {
    if (!context.signal.aborted) void context.emit([event(session)]).catch(() => undefined);
  };

  const task: TaskSession = {
    get last(): ContinuedSession | null {
      if (current === null) return null;
      const { sessionId: id, given, usage } = current;
      const { tokens, usd } = usage;
      return { id, given, usage: { ...(tokens !== null && { tokens }), ...(usd !== null && { usd }) }, interrupted };
    },
    keep(sessionId, given) {
      if ((isKept && current?.sessionId === sessionId) || !isSessionId(sessionId)) return;
      // An agent may continue a session under a new id.
      const before = current ?? { usage: zeroUsage, failures: 0, given: [] };
      const { tokens, usd } = before.usage;
      current = {
        ...{ sessionId, agent: agentLabel(agent), program, role, attempt, directory: sandbox.path, run: context.key },
        ...{ state: 'working', failures: before.failures, usage: { tokens, usd } },
        given: [...new Set([...before.given, ...given])],
      };
      isKept = true;
      interrupted = false;
      record(current);
    },
    async restart() {
      if (current !== null) await context.emit([event({ ...current, state: 'lost' })]);
      current = null;
      isKept = false;
      interrupted = false;
      await resolveProject(services, spec).project.restore({ key: sandbox.key, tree: job.tree });
    },
  };
  return {
    task,
    addUsage(usage) {
      if (!isKept || current === null) return;
      const { tokens, usd } = addUsage({ ...zeroUsage, ...current.usage }, usage);
      current = { ...current, usage: { tokens, usd } };
    },
    changes: () => (isKept && current !== null ? [event(current)] : []),
    end(failure) {
      if (current === null) return;
      const isAgentsFault = TroupeError.is(failure) && failure.code === 'AGENT_FAILED';
      const failures = failure === null ? 0 : current.failures + (isAgentsFault ? 1 : 0);
      current = { ...current, state: failure === null ? 'ended' : 'failed', failures };
    },
  };
}

/** Whether the last run of a session was the same work, and did not end: its process did. */
export const wasInterrupted = ({ state, run }: AgentSession, key: string): boolean =>
  state === 'working' && run === key;

const noSession: SessionRecord = { task: null, addUsage: () => undefined, changes: () => [], end: () => undefined };

function withoutRow({ sequence: _, recordedAt: __, ...session }: RecordedSession): AgentSession {
  return session;
}
