import { age, nameOf } from '../../cli/view/rollback.ts';
import type { Checkpoint } from '../../index.ts';
import type { Facts } from '../facts.ts';
import { type Pane, span } from '../row.ts';
import { clockTime } from '../words.ts';

/** Where the plan can go back to, newest first. */
export function checkpointsPane({ views: { detail }, now }: Facts): Pane<Checkpoint> {
  return {
    title: `Checkpoints, ${detail?.checkpoints.length ?? 0}`,
    items: [...(detail?.checkpoints ?? [])].reverse(),
    id: ({ checkpointId }) => checkpointId,
    row: checkpoint => [
      span(`${clockTime(checkpoint.createdAt)}  `, 'dim'),
      span(nameOf(checkpoint), checkpoint.label === null ? 'plain' : 'strong'),
      span(`  ${age(checkpoint.createdAt, now)} ago`, 'dim'),
    ],
    foot: ({ checkpointId, treeOid }) => [[span(`${checkpointId} · tree ${treeOid.slice(0, 12)}`, 'dim')]],
    empty: detail === null ? 'Looking …' : 'There are no checkpoints before Execute.',
  };
}
