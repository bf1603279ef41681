/** What the journal says of one plan, where its line does not. */
import type { PlanJournalEvent } from '../state/events.ts';

export interface JournalSummary {
  toolCalls: number;
  /** What went wrong last where it stands; of a plan that goes on nothing is wrong. */
  error: { message: string; hints: string[] } | null;
}

export function summarizeJournal(events: readonly PlanJournalEvent[], planId: string): JournalSummary {
  const facts: JournalSummary = { toolCalls: 0, error: null };
  for (const { planId: of, name, event } of events) {
    if (of !== planId) continue;
    if (name === 'tool.called') facts.toolCalls += 1;
    else if (name === 'error.recorded') facts.error = event.error as NonNullable<JournalSummary['error']>;
    else if (name === 'plan.phase_changed' && continues(event.to as { state: string })) facts.error = null;
  }
  return facts;
}

const continues = ({ state }: { state: string }) => state === 'queued' || state === 'processing';
