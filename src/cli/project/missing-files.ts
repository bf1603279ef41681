import { type Plan, type PlanRecord, TroupeError } from '../../index.ts';
import { formatHint } from '../../presentation/hints.ts';
import type { OpenedProject } from './open-project.ts';
import { isDatabase } from './project-location.ts';

/** Returns the error that says where the files of the plan are, when this clone of the repository does not have them. */
export async function findMissingFiles(
  plan: Plan,
  { resultTree }: PlanRecord,
  { location }: Pick<OpenedProject, 'location'>,
): Promise<TroupeError | null> {
  // Only such a store is opened from several clones.
  if (!isDatabase(location.store)) return null;
  try {
    await plan.assertFiles();
    if (resultTree !== null) await plan.changes();
    return null;
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'FILES_MISSING') return thrown;
    throw thrown;
  }
}

/** As `explainState` does, for such a plan. */
export function explainMissingFiles(
  { availableCommands }: PlanRecord,
  { message, hints }: TroupeError,
): { reason: string; next: string[] } {
  return { reason: message, next: availableCommands.length === 0 ? [] : hints.map(formatHint) };
}
