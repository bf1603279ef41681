import { commandHint } from '../../index.ts';
import { formatBytes, pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { openProject } from '../project/open-project.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';
import { findOrphanedProcesses } from './orphaned-processes.ts';

/** Checks that need the plans to be readable. */
export async function checkPlans(context: CommandContext): Promise<HealthCheck[]> {
  let ids: string[] = [];
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
    if (!context.attached) ids = (await troupe.list({ all: true, children: true })).map(({ planId }) => planId);
    return ok('plans', `${pluralize(unfinished.length, 'unfinished plan')} in ${location.home}`);
  });
  return [plans, leftovers, await checkProcesses(ids)];
}

function checkProcesses(planIds: readonly string[]): Promise<HealthCheck> {
  return runCheck('programs', async () => {
    const pids = await findOrphanedProcesses(new Set(planIds));
    if (pids.length === 0) return ok('programs', 'no program of a stopped plan is running');
    const text = `${pluralize(pids.length, 'program')} of stopped plans still ${pids.length === 1 ? 'runs' : 'run'}: ${pids.join(', ')}`;
    return warning('programs', text, [commandHint('plan resume'), `kill ${pids.join(' ')}`]);
  });
}
