/** The owner's side: trees of the project's repository go out, trees of workers come in. */
import type { Clock } from '../../ports/clock.ts';
import type { OwnerExchange } from '../../ports/exchange.ts';
import type { GitOptions } from '../project/git/git.ts';
import { trackInFlight } from '../project/git/in-flight.ts';
import type { ProjectRepository } from '../project/git/repository.ts';
import { createBaseCommits } from './base-commits.ts';
import { checkRefName, dayName, exchangeRef, workDigest } from './exchange-refs.ts';
import { assertSeparate, resolveExchangeUrl } from './exchange-url.ts';
import { createFilterFinder } from './filters.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { lostTreeError, openRemote } from './remote.ts';
import { openTransfers } from './transfers.ts';

export interface OwnerExchangeOptions extends GitOptions {
  /** Any URL or path of a bare repository that git can push to. */
  url: string;
  /** Distinguishes owners that use the same exchange: letters, digits, `-` and `_`. */
  owner: string;
  clock: Pick<Clock, 'now'>;
  /** Milliseconds after which a transfer is stopped. */
  timeoutMs: number;
  /** Opens the project's repository. */
  prepare(): Promise<ProjectRepository>;
}

const dayMs = 86_400_000;

/** @throws {TroupeError} USAGE for an owner that is no name */
export function openOwnerExchange(options: OwnerExchangeOptions): OwnerExchange {
  const { clock, env, timeoutMs } = options;
  const owner = checkRefName(options.owner, 'owner');
  const url = resolveExchangeUrl(options.url);
  const { track, drain } = trackInFlight(url);
  let opened: ReturnType<typeof open> | null = null;
  const open = async () => {
    const ground = await options.prepare();
    await assertSeparate(url, ground);
    const commits = createBaseCommits(ground);
    /** The commit of each published work, on which a worker's commits are based. */
    const published = new Map<string, string>();
    const tips = async () => {
      const root = await commits.root();
      return [...new Set([...published.values(), ...(root === null ? [] : [root])])];
    };
    const remote = openRemote({ url, objects: ground.objects, env, timeoutMs, strict: true });
    const ignore = await readIgnoreRules(ground, env);
    const filters = createFilterFinder(ground);
    return { ground, commits, published, ignore, filters, ...openTransfers(remote, { url, tips }) };
  };
  const load = () => {
    opened ??= open();
    // What was wrong with the repository may be repaired.
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };

  return {
    publish: track(async ({ key, part }, tree) => {
      const ref = exchangeRef({ owner, publishedMs: clock.now(), key, part });
      const { ground, commits, published, ignore, update } = await load();
      const oid = await ground.database.treeOf(tree);
      const commit = await commits.commitOf(oid);
      await update({ ref, commit });
      published.set(workDigest(key), commit);
      return { ref, commit, tree: oid, kind: ground.kind, ignore };
    }),
    filters: track(async treeOf => {
      const { ground, filters } = await load();
      return ground.kind === 'directory' ? [] : filters(treeOf);
    }),
    fetch: track(async ({ ref, commit, tree }) => {
      const { ground, fetch } = await load();
      await fetch(ref);
      if ((await ground.database.existing([commit, tree])).length < 2) throw lostTreeError(url, ref);
      return tree;
    }),
    remove: track(async keys => {
      if (keys.length === 0) return;
      const { published, remove } = await load();
      const works = new Set(keys.map(workDigest));
      await remove(ref => ref.owner === owner && works.has(ref.work));
      for (const work of works) published.delete(work);
    }),
    gc: track(async ({ live, days }) => {
      const { remove } = await load();
      const works = new Set(live.map(workDigest));
      const oldest = days === undefined ? '' : dayName(clock.now() - days * dayMs);
      return remove(ref => (ref.owner === owner ? !works.has(ref.work) : ref.day < oldest));
    }),
    async close() {
      await drain();
      const parts = await opened?.catch(() => null);
      await Promise.all([parts?.ground.refs.close(), parts?.ground.database.close()]);
    },
  };
}
