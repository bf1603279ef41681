import type { Checkpoint } from '../../index.ts';
import { formatAge } from '../../presentation/duration.ts';
import { checkpointName } from '../../presentation/rollback.ts';
import { formatTimeOfDay } from '../labels.ts';
import { type Pane, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** The plan's checkpoints, newest first. */
export function checkpointsPane({ views: { detail }, now }: ViewModel): Pane<Checkpoint> {
  return {
    title: `Checkpoints, ${detail?.checkpoints.length ?? 0}`,
    items: [...(detail?.checkpoints ?? [])].reverse(),
    id: ({ checkpointId }) => checkpointId,
    row: checkpoint => [
      span(`${formatTimeOfDay(checkpoint.createdAt)}  `, 'dim'),
      span(checkpointName(checkpoint), checkpoint.label === null ? 'plain' : 'strong'),
      span(`  ${formatAge(checkpoint.createdAt, now)} ago`, 'dim'),
    ],
    foot: ({ checkpointId, treeOid }) => [[span(`${checkpointId} · tree ${treeOid.slice(0, 12)}`, 'dim')]],
    empty: detail === null ? 'Looking …' : 'There are no checkpoints before Execute.',
  };
}
