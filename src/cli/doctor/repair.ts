import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { Fault, mendStore } from '../../index.ts';
import { findPlace } from '../place.ts';
import { count } from '../progress/sentence.ts';
import type { Context } from '../verb.ts';
import { examine, type Finding, note, well } from './finding.ts';

/** Mends the store in place, after a copy of it was put aside. What is lost for good is said. */
export function repair({ io, globals }: Context): Promise<Finding> {
  return examine('repair', async () => {
    const place = await findPlace({ ...globals, env: io.env });
    if (!existsSync(place.store)) return well('repair', 'there is no store yet');
    const { levelStore, repairLevel, verifyLevel } = await import('../../level.ts');
    const broken = await verifyLevel(place.store).then(
      () => [],
      (thrown: unknown) => [Fault.store(thrown).message],
    );
    const aside = `${place.store}.before-repair-${io.now()}`;
    await cp(place.store, aside, { recursive: true });
    try {
      await repairLevel(place.store);
    } catch (thrown) {
      if (Fault.is(thrown) && thrown.code === 'STORE_LOCKED') await rm(aside, { recursive: true });
      throw thrown;
    }
    const { kept, restored, lost: gone } = await mendStore(levelStore(place.store));
    const lost = [...broken.map(what => `${what}, and what only that file held.`), ...gone];
    const done = `${count(kept, 'actor')} whole, ${count(restored, 'row')} made again from journals`;
    const copy = `the old store is in ${aside}`;
    if (lost.length === 0) return well('repair', `${done}, nothing lost; ${copy}`);
    return note('repair', `${done}; lost: ${lost.join(' ')} ${copy.replace('the', 'The')}`, ['troupe plan list --all']);
  });
}
