import { commandHint, type Troupe, TroupeError } from '../../index.ts';
import { formatBytes, pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { openProject } from '../project/open-project.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';
import { findOrphanedProcesses } from './orphaned-processes.ts';

/** Checks that need the plans to be readable. */
export async function checkPlans(context: CommandContext): Promise<HealthCheck[]> {
  let programs: HealthCheck = ok('programs', noPrograms);
  let leftovers: HealthCheck = ok('leftovers', 'none');
  const plans = await runCheck('plans', async () => {
    await using opened = await openProject(context);
    const { troupe, location } = opened;
    const unfinished = await troupe.list();
    leftovers = await runCheck('leftovers', async () => {
      const { items, bytes } = await troupe.cleanUp();
      if (items.length === 0) return ok('leftovers', 'none');
      return warning('leftovers', `${pluralize(items.length, 'item')} that no plan needs, ${formatBytes(bytes)}`, [
        commandHint('gc'),
      ]);
    });
    // With an owner, tagged processes are its running programs.
    if (!context.attached) programs = await checkProcesses(troupe);
    return ok('plans', `${pluralize(unfinished.length, 'unfinished plan')} in ${location.home}`);
  });
  return [plans, leftovers, programs];
}

const noPrograms = 'no program of a stopped plan is running';

function checkProcesses(troupe: Troupe): Promise<HealthCheck> {
  const isKnown = async (planId: string): Promise<boolean> => {
    try {
      return (await troupe.get(planId)).id === planId;
    } catch (thrown) {
      if (TroupeError.is(thrown) && thrown.code === 'UNKNOWN_PLAN') return false;
      throw thrown;
    }
  };
  return runCheck('programs', async () => {
    const pids = await findOrphanedProcesses(isKnown);
    if (pids.length === 0) return ok('programs', noPrograms);
    const text = `${pluralize(pids.length, 'program')} of stopped plans still ${pids.length === 1 ? 'runs' : 'run'}: ${pids.join(', ')}`;
    return warning('programs', text, [commandHint('plan resume'), `kill ${pids.join(' ')}`]);
  });
}
