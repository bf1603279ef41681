import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findOwner, packageVersion } from '../../host.ts';
import { checkStore, commandHint, TroupeError } from '../../index.ts';
import { pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { isDatabase, locateProject, type ProjectLocation } from '../project/project-location.ts';
import { projectStore } from '../project/project-store.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';

/** Checks that the whole store is readable and consistent. A store that is open is checked by its owner. */
export function checkStoreHealth({ io, globals }: CommandContext): Promise<HealthCheck> {
  return runCheck('store', async () => {
    const place = await locateProject({ ...globals, env: io.env });
    const isFolder = !isDatabase(place.store);
    if (isFolder && !existsSync(place.store)) return ok('store', 'none yet; the first plan creates it');
    try {
      if (isFolder) await (await import('../../level.ts')).verifyLevel(place.store);
      const { rows, plans, damage } = await checkStore(projectStore(place));
      if (damage.length > 0) throw storeDamagedError(place, damage);
      return ok('store', `${pluralize(rows, 'row')} of ${pluralize(plans, 'plan')}, none missing`);
    } catch (thrown) {
      if (TroupeError.is(thrown) && thrown.code === 'STORE_LOCKED')
        return ok('store', 'in use; the process that has it open checks it');
      throw thrown;
    }
  });
}

function storeDamagedError(place: ProjectLocation, damage: readonly string[]): TroupeError {
  const more = damage.length > 3 ? ` And ${damage.length - 3} more.` : '';
  return new TroupeError('STORE_DAMAGED', `${damage.slice(0, 3).join(' ')}${more}`, {
    where: isDatabase(place.store) ? place.shared : place.store,
    hints: [commandHint('doctor', { options: { repair: true } })],
    details: { damage: [...damage] },
  });
}

export function checkOwner({ io, globals }: CommandContext): Promise<HealthCheck> {
  return runCheck('owner', async () => {
    const place = await locateProject({ ...globals, env: io.env });
    const found = await findOwner(place.owner, packageVersion());
    if (found !== null) return ok('owner', `process ${found.owner.pid} ("${found.owner.command}") has the store open`);
    const left = await readFile(place.owner, 'utf8').catch(() => null);
    if (left === null) return ok('owner', 'no process has the store open');
    const pid = /"pid":(\d+)/.exec(left)?.[1] ?? 'unknown';
    return warning(
      'owner',
      `process ${pid} exited unexpectedly while it was using the store; the next command takes over`,
      [commandHint('plan resume')],
    );
  });
}
