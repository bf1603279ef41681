/** What a finished soak left behind: what must be the same in every run, and what should not be there at all. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listTaggedProcesses } from '../../src/adapters/process/tagged-processes.ts';
import { gitProject } from '../../src/git.ts';
import { openTroupe, type PlanTree, type Troupe } from '../../src/index.ts';
import { type DatabaseStore, openTestStore } from './test-store.ts';

export interface Observations {
  /** The tree the branch stands at. */
  tree: string;
  commits: number;
  /** Every plan by its goal: where it stands, how it came there, what it decided, called and merged. */
  plans: Record<string, unknown>;
  /** Refs of ours by kind. */
  refs: Record<string, number>;
}

export interface Leftovers {
  processes: string[];
  worktrees: string[];
  refs: string[];
  locks: string[];
}

export async function observe(
  folder: string,
  database: DatabaseStore | null = null,
): Promise<{ testimony: Observations; leftovers: Leftovers }> {
  const root = join(folder, 'project');
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const project = gitProject(root, { sandboxes: join(folder, 'sandboxes'), env: { PATH: process.env.PATH } });
  await using troupe = await openTroupe({ store: openTestStore(folder, database), project, resume: false });
  const records = await troupe.list({ all: true, children: true });
  const ids = new Set(records.map(({ planId }) => planId));
  const plans: Record<string, unknown> = {};
  const recorded = new Set<string>();
  for (const { planId } of records.filter(({ depth }) => depth === 0))
    await describe(troupe, await troupe.tree(planId), plans, recorded);
  const refs = git('for-each-ref', '--format=%(refname)', 'refs/troupe/').split('\n').filter(Boolean);
  const marked = (await listTaggedProcesses()).filter(({ tag }) => ids.has(tag.split('/', 1)[0] ?? ''));
  return {
    testimony: {
      tree: git('rev-parse', 'HEAD^{tree}'),
      commits: Number(git('rev-list', '--count', 'HEAD')),
      plans,
      refs: countRefs(refs),
    },
    leftovers: {
      processes: marked.map(({ pid, tag }) => `${pid} ${tag}`),
      worktrees: git('worktree', 'list', '--porcelain').split('\n\n').slice(1),
      refs: refs.filter(ref => isLeftoverRef(ref, ids, recorded)),
      locks: leftoverFiles(join(root, '.git')),
    },
  };
}

async function describe(
  troupe: Troupe,
  { plan: record, children }: PlanTree,
  plans: Record<string, unknown>,
  recorded: Set<string>,
): Promise<void> {
  const { planId, description, phase, state, attempt, toolCalls, subplanStatuses } = record;
  const plan = await troupe.get(planId);
  const moves: string[] = [];
  const folds: string[] = [];
  const goals = new Map(children.map(child => [child.plan.planId, child.plan.description]));
  for await (const event of plan.events({ signal: AbortSignal.abort() })) {
    if (event.planId !== planId) continue;
    if (event.type === 'plan.phase_changed') moves.push(`${event.to.phase}.${event.to.state}`);
    if (event.type === 'merge.child_merged') folds.push(goals.get(event.childPlanId) ?? event.childPlanId);
  }
  for (const { ref } of await plan.checkpoints.list()) recorded.add(ref);
  plans[description] = {
    ...{ phase, state, attempt, toolCalls, moves, folds },
    subplans: subplanStatuses.map(({ goal, state: reached, attempt: tries }) => `${goal}: ${reached} at ${tries}`),
    decisions: (await plan.decisions()).map(({ type, chosenOption }) => `${type} ${chosenOption}`),
    calls: (await plan.toolCalls()).map(({ tool }) => tool),
    children: children.map(child => child.plan.description),
  };
  for (const child of children) await describe(troupe, child, plans, recorded);
}

/** A ref of an unknown plan, a checkpoint that is not recorded, or something that exists only during work. */
function isLeftoverRef(ref: string, ids: ReadonlySet<string>, recorded: ReadonlySet<string>): boolean {
  const [, , kind = '', planId = '', ...rest] = ref.split('/');
  // The markers of all finished applies share one ref.
  if (ref === 'refs/troupe/applied') return false;
  if (kind === 'checkpoints') return !recorded.has(ref);
  if (kind === 'plans') return !ids.has(planId) || rest.join('/') === 'look';
  return kind !== 'apply' || rest.join('/') === 'moving';
}

/** A process that is killed while an agent writes leaves such a checkpoint, and an undisturbed one does not. */
const savesInterruptedWork = /\/interrupted-[0-9a-f]+$/;

/** The marker of a finished apply has a ref of its own until its process closes, which a killed one does not do. */
const appliedMarker = /^refs\/troupe\/(applied$|apply\/[0-9a-f]{24}\/done$)/;

/** Counts refs by kind, of those that a kill at any moment does not change. */
export function countRefs(refs: readonly string[]): Record<string, number> {
  const markers = refs.some(ref => appliedMarker.test(ref)) ? ['refs/troupe/applied'] : [];
  const others = refs.filter(ref => !savesInterruptedWork.test(ref) && !appliedMarker.test(ref));
  return countBy([...markers, ...others.map(kindOf)]);
}

const kindOf = (ref: string) => ref.replace(/[0-9A-HJKMNP-TV-Z]{26}|\b0[0-9a-z]{7}\b|[0-9a-f]{12,}/g, '*');

function countBy(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Locks and scratch files that their creator should have removed. */
function leftoverFiles(gitDir: string): string[] {
  const within = (path: string) => readdirSync(join(gitDir, path)).map(name => join(path, name));
  const locks = readdirSync(gitDir).filter(name => name.endsWith('.lock'));
  // The id of the repository stays.
  return [...locks, ...within('troupe-git').filter(path => path !== 'troupe-git/id')];
}
