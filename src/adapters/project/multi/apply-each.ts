import { patchPath } from '../../../model/apply.ts';
import { commandHint, type Hint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { joinTrees, splitTree } from '../../../model/multi-project-tree.ts';
import type { ApplyTarget } from '../../../model/target.ts';
import type { ApplyResult, Project, TargetCheck } from '../../../ports/project.ts';

type ApplyEachOptions = Parameters<Project['apply']>[0];

/**
 * Applies each project separately, in order; unchanged projects are skipped. First checks those whose checkout is not
 * at the base: they were applied before a crash and return the same result, or they moved, and then nothing is
 * applied. Also applies nothing when a problem of any of them is known beforehand. An error names what it cannot
 * undo.
 * @throws {TroupeError} BASE_MOVED when one moved while others were applied; as `apply`, with those that were applied
 * in `details.applied`
 */
export async function applyEach(of: (alias: string) => Project, options: ApplyEachOptions): Promise<ApplyResult> {
  const [bases, trees] = [splitTree(options.base), splitTree(options.tree)];
  const heads = await headsAt(of, bases);
  const changed = Object.keys(trees).filter(alias => heads[alias] !== trees[alias]);
  const away = options.target.kind === 'checkout' ? await otherProjectsMoved(of, bases, changed) : [];
  const done = new Map<string, Extract<ApplyResult, { outcome: 'applied' }>>();
  const [next, ...others] = changed.filter(each => !away.includes(each));
  const ordered = (alias: string) => {
    const [base = '', tree = ''] = [bases[alias], trees[alias]];
    return { ...options, base, tree, target: targetIn(alias, options.target), ...placeIn(alias, options.places) };
  };
  // The next one may be partly applied and checks itself; no other has started.
  for (const alias of others) await of(alias).checkTarget(ordered(alias));
  for (const alias of [...away, ...(next === undefined ? [] : [next, ...others])]) {
    const applied = await of(alias)
      .apply(ordered(alias))
      .catch((thrown: unknown) => {
        throw TroupeError.is(thrown) && done.size > 0 ? partiallyAppliedError([...done.keys()], alias, thrown) : thrown;
      });
    if (applied.outcome === 'applied') done.set(alias, applied);
    else if (done.size > 0) throw partiallyAppliedError([...done.keys()], alias, movedError(alias));
    else
      return {
        ...applied,
        commit: joinTrees({ ...bases, [alias]: applied.commit }),
        tree: joinTrees({ ...heads, [alias]: applied.tree }),
      };
  }
  const messages = [...done].map(([alias, applied]) => ({ alias, ...applied }));
  messages.sort((a, b) => changed.indexOf(a.alias) - changed.indexOf(b.alias));
  const left = messages.flatMap(({ alias, uncommitted = [] }) => uncommitted.map(file => `${alias}/${file}`));
  return {
    outcome: 'applied',
    ...(left.length > 0 && { uncommitted: left }),
    commits: messages.flatMap(({ alias, commits }) => commits.map(commit => `${alias}:${commit}`)),
    files: messages.flatMap(({ alias, files }) => files.map(file => `${alias}/${file}`)),
    head: joinTrees({
      ...bases,
      ...Object.fromEntries(messages.map(({ alias, head, commits }) => [alias, head ?? commits.at(-1) ?? ''])),
    }),
  };
}

/** Reports what applying each would find, and all that moved. */
export async function checkEachTarget(
  of: (alias: string) => Project,
  { base, tree, target, places }: Parameters<Project['checkTarget']>[0],
): Promise<TargetCheck> {
  const [bases, trees] = [splitTree(base), splitTree(tree)];
  const heads = await headsAt(of, bases);
  const [commits, moved] = [{ ...bases }, { ...heads }];
  const left: string[] = [];
  for (const alias of Object.keys(trees)) {
    const [from = '', to = ''] = [bases[alias], trees[alias]];
    if (heads[alias] === to) continue;
    const { moved: at, uncommitted = [] } = await of(alias).checkTarget({
      ...{ base: from, tree: to, target: targetIn(alias, target) },
      ...placeIn(alias, places),
    });
    if (at !== null) [commits[alias], moved[alias]] = [at.commit, at.tree];
    left.push(...uncommitted.map(file => `${alias}/${file}`));
  }
  const asTheyWere = joinTrees(commits) === joinTrees(bases);
  return {
    moved: asTheyWere ? null : { commit: joinTrees(commits), tree: joinTrees(moved) },
    ...(left.length > 0 && { uncommitted: left }),
  };
}

/** A patch is for one repository: each project gets its own file. */
function targetIn(alias: string, target: ApplyTarget): ApplyTarget {
  return target.kind === 'patch' ? { ...target, file: patchPath(target.file, alias) } : target;
}

/** Each project gets only its own target checkout. */
function placeIn(alias: string, places: ApplyEachOptions['places'] = {}): Pick<ApplyEachOptions, 'places'> {
  const place = places[alias];
  return place === undefined ? {} : { places: { [alias]: place } };
}

/** Returns the trees of commits, by alias. */
async function headsAt(of: (alias: string) => Project, commits: Readonly<Record<string, string>>) {
  const heads = Object.entries(commits).map(
    async ([alias, commit]) => [alias, (await of(alias).head(commit)).tree] as const,
  );
  return Object.fromEntries(await Promise.all(heads));
}

async function otherProjectsMoved(
  of: (alias: string) => Project,
  bases: Readonly<Record<string, string>>,
  aliases: readonly string[],
): Promise<string[]> {
  const heads = await Promise.all(aliases.map(async alias => ({ alias, head: await of(alias).head() })));
  return heads.flatMap(({ alias, head }) => (head.commit === bases[alias] ? [] : [alias]));
}

const movedError = (alias: string) =>
  new TroupeError('BASE_MOVED', 'it moved meanwhile', {
    where: alias,
    hints: [commandHint('plan apply', { options: { branch: null } })],
  });

/** Another target would split the result and finish the plan: the hint to the same target comes first. */
function partiallyAppliedError(applied: readonly string[], left: string, why: TroupeError): TroupeError {
  const { where, details } = why;
  const isElsewhere = (hint: Hint) =>
    typeof hint !== 'string' && (hint.options?.branch !== undefined || hint.options?.patch !== undefined);
  const hints = [
    ...why.hints.filter(hint => !isElsewhere(hint)),
    commandHint('plan apply'),
    ...why.hints.filter(isElsewhere),
  ];
  return new TroupeError(why.code, `Applied to ${applied.join(', ')}, not to ${left}: ${why.message}`, {
    where,
    hints,
    details: { ...details, applied, left },
    cause: why,
  });
}
