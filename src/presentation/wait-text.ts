import type { PlanRecord } from '../index.ts';
import { formatDuration } from './duration.ts';
import { sanitizeLine } from './sanitize.ts';

type RetryWait = NonNullable<PlanRecord['waiting']>;

/** Describes the delay of a working plan, and when it ends. */
export function retryDelayText({ error, tries, triesMax, waitMs, until }: RetryWait): string {
  const when = until === null ? `for ${delayText(waitMs)}` : `until ${until.replace(/\.\d+Z$/, 'Z')}`;
  const why = sanitizeLine(error.message);
  if (error.category === 'rate_limited') return `rate-limited ${when}: ${why}`;
  return `attempt ${tries} of ${triesMax} failed, retry after ${delayText(waitMs)}: ${why}`;
}

/** Explains why an agent that is ready has not started. */
export function agentQueueText(queue: NonNullable<PlanRecord['queue']>): string {
  if (queue.cap === 'workers') return sanitizeLine(`${queue.agent} needs a worker, and ${queue.reason}`);
  const { cap, agent, most, ahead } = queue;
  const whose = cap === 'machine' ? 'on this machine' : `called ${agent}`;
  const line = ahead === 0 ? 'it is next' : `${ahead} ahead in the queue`;
  return `${most} ${most === 1 ? 'agent' : 'agents'} ${whose} may work at once, and that many are working; ${line}`;
}

/** Rounded up: an attempt never starts before its delay ends. */
const delayText = (ms: number): string => formatDuration(Math.ceil(ms / 1000) * 1000);
