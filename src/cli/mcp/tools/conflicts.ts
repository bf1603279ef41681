import * as z from 'zod';
import type { ConflictTexts } from '../../../index.ts';
import { nextCalls } from '../next-calls.ts';
import { planIdArgument } from '../plan-argument.ts';
import { defineTool, reading } from '../tool.ts';

export const conflicts = defineTool({
  name: 'plan_conflicts',
  description: 'Show the merge conflicts of a plan: the sides of each hunk, and suggested resolutions.',
  input: z.strictObject({ plan: planIdArgument }),
  ...reading,
  async run({ plan: id }, { session }) {
    const plan = await session.plan(id);
    const details = await plan.conflicts.texts();
    return {
      plan: plan.id,
      conflicts: details.map(toConflictEntry),
      next: nextCalls(await plan.record(), session.mayApply),
    };
  },
});

/** A conflict that was resolved as a whole has no hunk that is not. */
function toConflictEntry(conflict: ConflictTexts) {
  const { path, kind, ours, theirs, message, resolution, hunks, texts, suggestions } = conflict;
  const resolved = resolution !== null && resolution.take !== 'hunk';
  return {
    path,
    kind,
    message,
    resolved,
    ours: ours.goals,
    theirs: theirs.goals,
    hunks: texts.map((text, index) => ({
      hunk: index + 1,
      resolved: resolved || (hunks[index]?.taken ?? null) !== null,
      ...text,
    })),
    suggestions: suggestions.map(({ hunk, take, reason }) => ({ hunk, take, reason })),
  };
}
