import { bytesText } from '../measure.ts';
import { openHere } from '../open.ts';
import { count } from '../progress/sentence.ts';
import type { Context } from '../verb.ts';
import { examine, type Finding, note, well } from './finding.ts';
import { orphansOf } from './orphans.ts';

/** Everything about plans that is only known once they can be read. */
export async function planFindings(context: Context): Promise<Finding[]> {
  let ids: string[] = [];
  let strays: Finding = well('strays', 'none');
  const plans = await examine('plans', async () => {
    await using opened = await openHere(context);
    const { troupe, place } = opened;
    const unfinished = await troupe.plans();
    strays = await examine('strays', async () => {
      const { items, bytes } = await troupe.cleanUp();
      if (items.length === 0) return well('strays', 'none');
      return note('strays', `${count(items.length, 'thing')} nobody needs, ${bytesText(bytes)}`, ['troupe gc']);
    });
    // Who is attached leaves the owner's programs alone: they are at work.
    if (!context.attached) ids = (await troupe.plans({ all: true, children: true })).map(({ planId }) => planId);
    return well('plans', `${count(unfinished.length, 'unfinished plan')} in ${place.home}`);
  });
  return [plans, strays, await processFinding(ids)];
}

function processFinding(planIds: readonly string[]): Promise<Finding> {
  return examine('programs', async () => {
    const pids = await orphansOf(new Set(planIds));
    if (pids.length === 0) return well('programs', 'none of a dead plan run on');
    const text = `${count(pids.length, 'program')} of plans nobody works on ${pids.length === 1 ? 'runs' : 'run'} on: ${pids.join(', ')}`;
    return note('programs', text, ['troupe plan resume', `kill ${pids.join(' ')}`]);
  });
}
