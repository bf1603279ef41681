/** What the journal says of one plan, where its line does not. */
import type { PlanEventItem } from '../book/item.ts';

export interface JournalFacts {
  toolCalls: number;
  /** What went wrong last where it stands; of a plan that goes on nothing is wrong. */
  trouble: { message: string; hints: string[] } | null;
}

export function factsOf(events: readonly PlanEventItem[], planId: string): JournalFacts {
  const facts: JournalFacts = { toolCalls: 0, trouble: null };
  for (const { planId: of, name, event } of events) {
    if (of !== planId) continue;
    if (name === 'tool.called') facts.toolCalls += 1;
    else if (name === 'error.recorded') facts.trouble = event.fault as NonNullable<JournalFacts['trouble']>;
    else if (name === 'plan.phase_changed' && goesOn(event.to as { state: string })) facts.trouble = null;
  }
  return facts;
}

const goesOn = ({ state }: { state: string }) => state === 'queued' || state === 'processing';
