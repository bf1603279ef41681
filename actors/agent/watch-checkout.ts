import type { PlanSpec } from '../../src/model/plan.ts';
import type { Fingerprint, Project } from '../../src/ports/project.ts';
import type { EffectServices } from '../services.ts';
import type { AgentJob } from './agent-job.ts';
import { type Mentions, mentionsIn, stringsIn } from './mentions.ts';

/** Changes in your checkouts while an agent worked. */
export interface CheckoutChanges {
  /** Path → the evidence that the agent changed it. */
  signs: ReadonlyMap<string, string>;
  /** Changed files without such evidence. */
  unexplained: string[];
}

export interface CheckoutWatcher {
  /** Records what the agent calls and prints. */
  mentions: Mentions;
  changes(): Promise<CheckoutChanges>;
  stop(): void;
}

const none: CheckoutChanges = { signs: new Map(), unexplained: [] };

/**
 * Watches your checkouts while an agent works for `key`. Applying a result, by whatever plan or process, does not
 * count as a change: it sets its markers in the repository before it touches the first file. Files that Troupe itself
 * writes do not count either.
 */
export async function watchCheckout(
  services: EffectServices,
  project: Project,
  { job, key }: { job: AgentJob; key: string },
): Promise<CheckoutWatcher> {
  const applied = await project.applyState();
  const before = await project.fingerprint();
  const members = watchedProjects(project);
  const programs = await services.checkouts.watch(
    key,
    members.map(({ root }) => root),
  );
  const mentions = mentionsIn(programs.roots);
  for (const text of stringsIn(job.agent)) mentions.line(text);
  return {
    mentions,
    stop: () => programs.stop(),
    async changes() {
      const touched = changedPaths(before, await project.fingerprint());
      if (touched.length === 0 || (await isApplied(project, applied))) return none;
      const places = touched.map(path => ({ path, ...placeIn(members, path) }));
      const own = await services.checkouts.ownFiles(places.map(({ file }) => file));
      const others = places.filter(({ file }) => !own.has(file));
      if (others.length === 0) return none;
      const { tree } = await project.capture({ key: job.sandbox.key });
      const paths = others.map(({ path }) => path);
      const alike = new Set(await project.matchingPaths({ from: job.tree, to: tree, paths }));
      const seen = await programs.evidence(others.map(({ file }) => file));
      const signs = new Map<string, string>();
      for (const { path, root, inside, file } of others) {
        const named = isOfGit(path) ? gitSign(path, root) : mentions.of(root, inside);
        const sign = alike.has(path) ? 'it is as the agent made it in its sandbox' : (seen.get(file) ?? named);
        if (sign !== null) signs.set(path, sign);
      }
      return { signs, unexplained: paths.filter(path => !signs.has(path)) };
    },
  };

  function gitSign(path: string, root: string): string | null {
    if (programs.workedIn(root)) return `a program of the agent worked in ${root}`;
    return mentions.of(root, `.git/${path}`) ?? mentions.of(root, '.git');
  }
}

interface WatchedProject {
  root: string;
  /** The prefix of its paths in a fingerprint. */
  prefix: string;
}

function watchedProjects(project: Project): WatchedProject[] {
  const linked = [...(project.linked ?? [['', project] as const])];
  return linked.map(([alias, { root }], at) => ({ root, prefix: at === 0 ? '' : `${alias}/` }));
}

function placeIn(members: readonly WatchedProject[], path: string): { root: string; inside: string; file: string } {
  const { root, prefix } = members.findLast(member => path.startsWith(member.prefix)) ?? { root: '', prefix: '' };
  const inside = path.slice(prefix.length);
  return { root, inside, file: `${root}/${inside}` };
}

/** Returns whether a result was being applied at some time since, or still is. */
async function isApplied(project: Project, before: Awaited<ReturnType<Project['applyState']>>): Promise<boolean> {
  const { markers, inProgress } = await project.applyState();
  return before.inProgress || inProgress || markers !== before.markers;
}

/** Returns the differences between two fingerprints: files by name, and HEAD or index when no file shows the change. */
export function changedPaths(before: Fingerprint, after: Fingerprint): string[] {
  const paths = new Set([...Object.keys(before.status), ...Object.keys(after.status)]);
  const files = [...paths].filter(path => before.status[path] !== after.status[path]).sort();
  if (before.head !== after.head) files.push('HEAD');
  if (before.index !== after.index && files.length === 0) files.push('index');
  return files;
}

const isOfGit = (path: string) => path === 'HEAD' || path === 'index';

/** Returns the names of files in one line, at most `most` of them. */
export function listNames(files: readonly string[], most = 20): string {
  const more = files.length > most ? ` and ${files.length - most} more` : '';
  return `${files.slice(0, most).join(', ')}${more}`;
}

/**
 * Returns the files that were not recorded for a plan of the same tree before, counting only `accepted` ones when a
 * person must answer.
 */
export async function unrecordedChanges(
  services: EffectServices,
  { rootPlanId, checkoutGuard }: Pick<PlanSpec, 'rootPlanId' | 'checkoutGuard'>,
  files: readonly string[],
): Promise<string[]> {
  const recorded = await services.ledger.checkoutChanges(rootPlanId);
  const counts = recorded.filter(({ accepted }) => accepted || checkoutGuard !== 'ask');
  const known = new Set(counts.flatMap(change => change.files));
  return files.filter(file => !known.has(file));
}
