import type { PlanRecord } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** Guidance of `plan prompt` that came after the last agent was asked; one line each, empty where agents have read all of it. */
export function pendingGuidanceLines({
  guidance,
  guidanceDelivered,
}: Pick<PlanRecord, 'guidance' | 'guidanceDelivered'>): string[] {
  return guidance
    .slice(guidanceDelivered)
    .map(text => `! No agent has read your guidance yet: "${sanitizeLine(text)}"`);
}
