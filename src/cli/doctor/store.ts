import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { checkStore, Fault } from '../../index.ts';
import { findPlace, type Place } from '../place.ts';
import { count } from '../progress/sentence.ts';
import type { Context } from '../verb.ts';
import { examine, type Finding, note, well } from './finding.ts';

/** Whether the store can be read from end to end and holds together. Whoever has it open looks after it himself. */
export function storeFinding({ io, globals }: Context): Promise<Finding> {
  return examine('store', async () => {
    const place = await findPlace({ ...globals, env: io.env });
    if (!existsSync(place.store)) return well('store', 'none yet; the first plan makes it');
    const { levelStore, verifyLevel } = await import('../../level.ts');
    try {
      await verifyLevel(place.store);
      const { rows, plans, damage } = await checkStore(levelStore(place.store));
      if (damage.length > 0) throw damaged(place, damage);
      return well('store', `${count(rows, 'row')} of ${count(plans, 'plan')}, all there`);
    } catch (thrown) {
      if (Fault.is(thrown) && thrown.code === 'STORE_LOCKED') return well('store', 'in use; its owner looks after it');
      throw thrown;
    }
  });
}

function damaged(place: Place, damage: readonly string[]): Fault {
  const more = damage.length > 3 ? ` And ${damage.length - 3} more.` : '';
  return new Fault('STORE_DAMAGED', `${damage.slice(0, 3).join(' ')}${more}`, {
    where: place.store,
    hints: ['troupe doctor --repair'],
    details: { damage: [...damage] },
  });
}

export function ownerFinding({ io, globals }: Context): Promise<Finding> {
  return examine('owner', async () => {
    const place = await findPlace({ ...globals, env: io.env });
    const { packageVersion, whoOwns } = await import('../../host.ts');
    const found = await whoOwns(place.owner, packageVersion());
    if (found !== null) return well('owner', `process ${found.owner.pid} ("${found.owner.command}") has the store`);
    const left = await readFile(place.owner, 'utf8').catch(() => null);
    if (left === null) return well('owner', 'nobody has the store');
    const pid = /"pid":(\d+)/.exec(left)?.[1] ?? 'unknown';
    return note('owner', `process ${pid} had the store and died without a word; the next command takes it over`, [
      'troupe plan resume',
    ]);
  });
}
