import type { AgentFailureCause } from '../../../model/agent-event.ts';
import { exitReasonOf } from '../exit-reason.ts';

/** Returns the cause of a failed request, from the HTTP status if it is known, else from the text. */
export function failureCause(message: string, status: number | null = null): AgentFailureCause {
  if (status === 429 || status === 529) return 'rate_limit';
  if (status === 401 || status === 403) return 'sign_in';
  const { code } = exitReasonOf(message);
  return code === 'RATE_LIMITED' ? 'rate_limit' : code === 'AGENT_UNAVAILABLE' ? 'sign_in' : 'other';
}
