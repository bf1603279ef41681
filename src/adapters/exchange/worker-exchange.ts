/** The worker's side: bases come into repositories of its own, results go out. */
import { join } from 'node:path';
import type { PublishedTree } from '../../model/published-tree.ts';
import type { WorkerExchange, WorkerRepository } from '../../ports/exchange.ts';
import { commitTree } from '../project/git/commits.ts';
import type { GitOptions } from '../project/git/git.ts';
import { trackInFlight } from '../project/git/in-flight.ts';
import { createArrivals } from './arrivals.ts';
import { siblingRef } from './exchange-refs.ts';
import { resolveExchangeUrl } from './exchange-url.ts';
import { openFetchedBases } from './fetched-bases.ts';
import { removeOldFiles, removeOldSandboxes } from './old-sandboxes.ts';
import { lostTreeError, openRemote } from './remote.ts';
import { openTransfers } from './transfers.ts';
import { openWorkerRepository, repositoryName } from './worker-repository.ts';

export interface WorkerExchangeOptions extends GitOptions {
  /** Any URL or path of a bare repository that git can push to. */
  url: string;
  /** The folder of repositories and sandboxes, for this process alone. */
  folder: string;
  /** Milliseconds after which a transfer is stopped. */
  timeoutMs: number;
}

export function openWorkerExchange(options: WorkerExchangeOptions): WorkerExchange {
  const url = resolveExchangeUrl(options.url);
  const { track, drain } = trackInFlight(url);
  const opened = new Map<string, ReturnType<typeof open>>();
  const cleaned = removeOldFiles(options.folder);
  cleaned.catch(() => undefined);

  const open = async (name: string, like: PublishedTree) => {
    /** Tree → the commit of a base that was fetched. */
    const commits = new Map<string, string>();
    const folder = join(options.folder, name);
    await cleaned;
    const { ground, project } = await openWorkerRepository({
      ...options,
      folder,
      like,
      commitOf: tree => commits.get(tree),
    });
    await removeOldSandboxes(project);
    const { env, timeoutMs } = options;
    const bases = await openFetchedBases(ground);
    const remote = openRemote({ url, objects: ground.objects, env, timeoutMs, strict: false });
    const transfers = openTransfers(remote, { url, tips: bases.tips });
    const exists = async (commit: string) => (await ground.database.existing([commit])).length > 0;
    const arrivals = createArrivals(await bases.tips(), exists);
    const repository: WorkerRepository = {
      project,
      fetch: track(async ({ ref, commit, tree }) => {
        await arrivals.need(commit, () => transfers.fetch(ref));
        if ((await ground.database.existing([commit, tree])).length < 2) throw lostTreeError(url, ref);
        await bases.keep(commit);
        commits.set(tree, commit);
      }),
      publish: track(async (base, part, tree) => {
        const oid = await ground.database.treeOf(tree);
        const commit = await commitTree(ground.objects, oid, [base.commit]);
        const ref = siblingRef(base.ref, part);
        await transfers.update({ ref, commit });
        arrivals.add(commit);
        return { ...base, ref, commit, tree: oid };
      }),
    };
    const close = async () => {
      await project.close();
      await Promise.all([ground.refs.close(), ground.database.close()]);
    };
    return { repository, close };
  };

  return {
    open: track(async published => {
      const name = repositoryName(published);
      const opening = opened.get(name) ?? open(name, published);
      opened.set(name, opening);
      opening.catch(() => opened.delete(name));
      return (await opening).repository;
    }),
    async close() {
      await Promise.all([drain(), cleaned.catch(() => undefined)]);
      const repositories = await Promise.allSettled(opened.values());
      await Promise.all(repositories.map(async each => each.status === 'fulfilled' && each.value.close()));
    },
  };
}
