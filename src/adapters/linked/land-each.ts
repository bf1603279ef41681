import { Fault } from '../../model/fault.ts';
import { joined, partsOf } from '../../model/trees.ts';
import type { Landing, Project } from '../../ports/project.ts';

type LandOptions = Parameters<Project['land']>[0];

/**
 * Lands each project by itself, in order; one that is not changed is not landed. First those are asked whose checkout is not
 * where the result was made from: they landed before a crash, and say so again, or they moved, and then nothing is landed.
 * @throws {Fault} BASE_MOVED when one moved while others landed
 */
export async function landEach(of: (alias: string) => Project, options: LandOptions): Promise<Landing> {
  const [bases, trees] = [partsOf(options.base), partsOf(options.tree)];
  const heads = await headsAt(of, bases);
  const changed = Object.keys(trees).filter(alias => heads[alias] !== trees[alias]);
  const away = options.target.kind === 'checkout' ? await elsewhere(of, bases, changed) : [];
  const done = new Map<string, Extract<Landing, { outcome: 'landed' }>>();
  for (const alias of [...away, ...changed.filter(each => !away.includes(each))]) {
    const [base = '', tree = ''] = [bases[alias], trees[alias]];
    const landing = await of(alias).land({ ...options, base, tree });
    if (landing.outcome === 'landed') done.set(alias, landing);
    else if (done.size > 0) throw halfway([...done.keys()], alias);
    else
      return {
        ...landing,
        commit: joined({ ...bases, [alias]: landing.commit }),
        tree: joined({ ...heads, [alias]: landing.tree }),
      };
  }
  const told = changed.flatMap(alias => {
    const landing = done.get(alias);
    return landing === undefined ? [] : [{ alias, ...landing }];
  });
  return {
    outcome: 'landed',
    commits: told.flatMap(({ alias, commits }) => commits.map(commit => `${alias}:${commit}`)),
    files: told.flatMap(({ alias, files }) => files.map(file => `${alias}/${file}`)),
  };
}

/** The trees of commits, by alias. */
async function headsAt(of: (alias: string) => Project, commits: Readonly<Record<string, string>>) {
  const heads = Object.entries(commits).map(
    async ([alias, commit]) => [alias, (await of(alias).head(commit)).tree] as const,
  );
  return Object.fromEntries(await Promise.all(heads));
}

async function elsewhere(
  of: (alias: string) => Project,
  bases: Readonly<Record<string, string>>,
  aliases: readonly string[],
): Promise<string[]> {
  const heads = await Promise.all(aliases.map(async alias => ({ alias, head: await of(alias).head() })));
  return heads.flatMap(({ alias, head }) => (head.commit === bases[alias] ? [] : [alias]));
}

function halfway(done: readonly string[], left: string): Fault {
  return new Fault('BASE_MOVED', `${done.join(', ')} landed; ${left} moved meanwhile and did not`, {
    where: left,
    hints: ['troupe plan apply --branch NAME'],
    details: { landed: done, left },
  });
}
