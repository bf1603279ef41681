/** Details of one plan from its journal that its summary does not contain. */
import type { PlanJournalEvent } from '../state/events.ts';

export interface JournalSummary {
  toolCalls: number;
  /** The latest error in its current state; null for a plan that continues. */
  error: { message: string; hints: string[] } | null;
}

export function summarizeJournal(events: readonly PlanJournalEvent[], planId: string): JournalSummary {
  const summary: JournalSummary = { toolCalls: 0, error: null };
  for (const { planId: of, name, event } of events) {
    if (of !== planId) continue;
    if (name === 'tool.called') summary.toolCalls += 1;
    else if (name === 'error.recorded') summary.error = event.error as NonNullable<JournalSummary['error']>;
    else if (name === 'plan.phase_changed' && continues(event.to as { state: string })) summary.error = null;
  }
  return summary;
}

const continues = ({ state }: { state: string }) => state === 'queued' || state === 'processing';
