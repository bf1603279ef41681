import type { PlanRecord } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** Formats guidance of `plan prompt` that no agent has received yet; one line each, empty when there is none. */
export function pendingGuidanceLines({
  guidance,
  guidanceDelivered,
}: Pick<PlanRecord, 'guidance' | 'guidanceDelivered'>): string[] {
  return guidance
    .slice(guidanceDelivered)
    .map(text => `! No agent has read your guidance yet: "${sanitizeLine(text)}"`);
}
