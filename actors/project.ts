import { Fault } from '../src/model/fault.ts';
import { mainLink } from '../src/model/link.ts';
import type { PlanSpec, ProjectLink } from '../src/model/plan.ts';
import type { Fingerprint, Project } from '../src/ports/project.ts';
import type { World } from './world.ts';

/** The project a plan works on, with the link that says from where. */
export function projectOf(world: World, spec: PlanSpec): { project: Project; link: ProjectLink } {
  const link = mainLink(spec);
  return { project: world.project(link), link };
}

/**
 * Does work and proves that the user's checkout did not move meanwhile. A landing of ours is no trespass, whichever plan
 * or process it is of: it leaves marks in the repository before it touches the first file.
 * @throws {Fault} CHECKOUT_TOUCHED naming the files
 */
export async function watched<Result>(project: Project, work: () => Promise<Result>): Promise<Result> {
  const landed = await project.landings();
  const before = await project.fingerprint();
  const result = await work();
  const touched = differing(before, await project.fingerprint());
  if (touched.length > 0 && !(await isLanding(project, landed))) {
    throw new Fault('CHECKOUT_TOUCHED', `The checkout changed while the plan was at work: ${touched.join(', ')}`, {
      where: project.root,
      hints: ['git status', 'troupe plan execute'],
      details: { files: touched },
    });
  }
  return result;
}

/** Whether a landing was under way at some time since, or still is. */
async function isLanding(project: Project, before: Awaited<ReturnType<Project['landings']>>): Promise<boolean> {
  const { marks, underWay } = await project.landings();
  return before.underWay || underWay || marks !== before.marks;
}

/** What differs between two fingerprints: files by name, and HEAD or index where no file shows it. */
export function differing(before: Fingerprint, after: Fingerprint): string[] {
  const paths = new Set([...Object.keys(before.status), ...Object.keys(after.status)]);
  const files = [...paths].filter(path => before.status[path] !== after.status[path]).sort();
  if (before.head !== after.head) files.push('HEAD');
  if (before.index !== after.index && files.length === 0) files.push('index');
  return files;
}
