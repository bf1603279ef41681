import type { Project } from '../../src/ports/project.ts';

/** More than that no agent reads at once; all of the files are in the folder it is given. */
const charactersMax = 400_000;

/** What changed between two trees, for an agent to read: a stat, then the unified diff as far as it is not too long. */
export async function reviewDiff(project: Project, from: string, to: string): Promise<string> {
  const stat = await project.diff({ from, to, stat: true });
  const diff = await project.diff({ from, to });
  if (diff.length <= charactersMax) return `${stat}\n${diff}`;
  const left = diff.length - charactersMax;
  return `${stat}\n${diff.slice(0, charactersMax)}\n[${left} more characters of this diff are left out; see the files in the current folder]\n`;
}
