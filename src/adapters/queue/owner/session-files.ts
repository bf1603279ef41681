import type { AgentWork } from '../../../ports/dispatcher.ts';
import type { OwnerExchange } from '../../../ports/exchange.ts';
import type { Published } from '../messages.ts';

/** The owner's files of work that a worker does. */
export interface SessionFiles {
  /** Returns the files as they are now, as a tree in the exchange. */
  publish(): Promise<Published>;
  /** Makes the files those of the tree; null: they did not change. */
  adopt(tree: Published | null): Promise<void>;
}

export function createSessionFiles(
  key: string,
  files: AgentWork['files'],
  exchange: Pick<OwnerExchange, 'publish' | 'fetch'>,
): SessionFiles {
  /** The files as they were last, and their tree in the exchange. */
  let known: { tree: string; published: Published } | null = null;
  let parts = 0;
  return {
    async publish() {
      const tree = await files.capture();
      if (known?.tree !== tree) {
        const published = await exchange.publish({ key, part: `owner-${parts++}` }, tree);
        known = { tree, published };
      }
      return known.published;
    },
    async adopt(tree) {
      if (tree === null || tree.tree === known?.published.tree) return;
      const fetched = await exchange.fetch(tree);
      await files.restore(fetched);
      known = { tree: fetched, published: tree };
    },
  };
}
