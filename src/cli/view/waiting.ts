import type { PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';

type Waiting = NonNullable<PlanRecord['waiting']>;

/** What a plan that is at work waits out, and until when. */
export function waitsFor({ fault, tries, triesMax, waitMs, until }: Waiting): string {
  const when = until === null ? `for ${span(waitMs)}` : `until ${until.replace(/\.\d+Z$/, 'Z')}`;
  const why = cleanLine(fault.message);
  if (fault.category === 'rate_limited') return `rate-limited ${when}: ${why}`;
  return `attempt ${tries} of ${triesMax} failed, retry after ${span(waitMs)}: ${why}`;
}

/** Why an agent that could begin does not. `queue` is not there in records of before. */
export function queuesFor({ cap, agent, most, ahead }: NonNullable<PlanRecord['queue']>): string {
  const whose = cap === 'machine' ? 'on this machine' : `called ${agent}`;
  const line = ahead === 0 ? 'it is next' : `${ahead} before it`;
  return `${most} ${most === 1 ? 'agent' : 'agents'} ${whose} may work at once, and as many do; ${line}`;
}

function span(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
