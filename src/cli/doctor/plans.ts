import { commandHint } from '../../index.ts';
import { formatBytes, pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { openProject } from '../project/open-project.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';
import { findOrphanedProcesses } from './orphaned-processes.ts';

/** Checks that need the plans to be readable. */
export async function checkPlans(context: CommandContext): Promise<HealthCheck[]> {
  let ids: string[] = [];
  let strays: HealthCheck = ok('strays', 'none');
  const plans = await runCheck('plans', async () => {
    await using opened = await openProject(context);
    const { troupe, location } = opened;
    const unfinished = await troupe.plans();
    strays = await runCheck('strays', async () => {
      const { items, bytes } = await troupe.cleanUp();
      if (items.length === 0) return ok('strays', 'none');
      return warning('strays', `${pluralize(items.length, 'thing')} nobody needs, ${formatBytes(bytes)}`, [
        commandHint('gc'),
      ]);
    });
    // With an owner, tagged processes are its running programs.
    if (!context.attached) ids = (await troupe.plans({ all: true, children: true })).map(({ planId }) => planId);
    return ok('plans', `${pluralize(unfinished.length, 'unfinished plan')} in ${location.home}`);
  });
  return [plans, strays, await checkProcesses(ids)];
}

function checkProcesses(planIds: readonly string[]): Promise<HealthCheck> {
  return runCheck('programs', async () => {
    const pids = await findOrphanedProcesses(new Set(planIds));
    if (pids.length === 0) return ok('programs', 'none of a dead plan run on');
    const text = `${pluralize(pids.length, 'program')} of plans nobody works on ${pids.length === 1 ? 'runs' : 'run'} on: ${pids.join(', ')}`;
    return warning('programs', text, [commandHint('plan resume'), `kill ${pids.join(' ')}`]);
  });
}
