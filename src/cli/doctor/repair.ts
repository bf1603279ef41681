import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { commandHint, repairPlanStore, TroupeError } from '../../index.ts';
import { pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { isDatabase, locateProject, type ProjectLocation } from '../project/project-location.ts';
import { projectStore } from '../project/project-store.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';

/** Repairs the store in place, after making a copy. Reports what is lost. */
export function repair({ io, globals }: CommandContext): Promise<HealthCheck> {
  return runCheck('repair', async () => {
    const place = await locateProject({ ...globals, env: io.env });
    if (isDatabase(place.store)) return repairDatabase(place);
    if (!existsSync(place.store)) return ok('repair', 'there is no store yet');
    const { levelStore, repairLevel, verifyLevel } = await import('../../level.ts');
    const broken = await verifyLevel(place.store).then(
      () => [],
      (thrown: unknown) => [TroupeError.serialize(thrown).message],
    );
    const aside = `${place.store}.before-repair-${io.now()}`;
    await cp(place.store, aside, { recursive: true });
    try {
      await repairLevel(place.store);
    } catch (thrown) {
      if (TroupeError.is(thrown) && thrown.code === 'STORE_LOCKED') await rm(aside, { recursive: true });
      throw thrown;
    }
    const { intact, restored, lost: gone } = await repairPlanStore(levelStore(place.store));
    const lost = [...broken.map(what => `${what}, and what only that file held.`), ...gone];
    const done = `${pluralize(intact, 'actor')} whole, ${pluralize(restored, 'row')} made again from journals`;
    const copy = `the old store is in ${aside}`;
    if (lost.length === 0) return ok('repair', `${done}, nothing lost; ${copy}`);
    return warning('repair', `${done}; lost: ${lost.join(' ')} ${copy.replace('the', 'The')}`, [
      commandHint('plan list', { options: { all: true } }),
    ]);
  });
}

/** The server keeps its files in order itself; only the rows can be made whole, without a copy. */
async function repairDatabase(place: ProjectLocation): Promise<HealthCheck> {
  const { intact, restored, lost } = await repairPlanStore(projectStore(place));
  const done = `${pluralize(intact, 'actor')} whole, ${pluralize(restored, 'row')} made again from journals`;
  if (lost.length === 0) return ok('repair', `${done}, nothing lost`);
  return warning('repair', `${done}; lost: ${lost.join(' ')}`, [commandHint('plan list', { options: { all: true } })]);
}
