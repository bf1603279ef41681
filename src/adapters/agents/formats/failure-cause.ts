import type { AgentEvent, AgentFailureCause } from '../../../model/agent-event.ts';
import { exitReasonOf } from '../exit-reason.ts';

/** Returns the cause of a failed request, from the HTTP status if it is known, else from the text. */
export function failureCause(message: string, status: number | null = null): AgentFailureCause {
  if (status === 429 || status === 529) return 'rate_limit';
  if (status === 401 || status === 403) return 'sign_in';
  const { code } = exitReasonOf(message);
  return code === 'RATE_LIMITED' ? 'rate_limit' : code === 'AGENT_UNAVAILABLE' ? 'sign_in' : 'other';
}

/** The message of a failure that gives no reason. */
export const unexplainedFailure = 'it failed and does not say why';

/** What an agent says of a retry of its own. */
export function retryEvent(retry: {
  message: string | null;
  /** Of the answer that refused it, as HTTP has them. */
  status: number | null;
  attempt: number | null;
  delayMs: number | null;
}): AgentEvent {
  const { message, status, attempt, delayMs } = retry;
  return {
    kind: 'retry',
    cause: failureCause(message ?? '', status),
    attempt: attempt ?? 1,
    afterSeconds: delayMs === null ? null : Math.ceil(delayMs / 1000),
    message: message ?? 'the service refused',
  };
}
