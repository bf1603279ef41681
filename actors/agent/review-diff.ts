import type { Project } from '../../src/ports/project.ts';

/** A longer diff is too much for an agent; all files are in its folder. */
const charactersMax = 400_000;

/** Returns the difference between two trees for an agent: a stat, then the unified diff, truncated when too long. */
export async function reviewDiff(project: Project, from: string, to: string): Promise<string> {
  const stat = await project.diff({ from, to, stat: true });
  const diff = await project.diff({ from, to });
  if (diff.length <= charactersMax) return `${stat}\n${diff}`;
  const left = diff.length - charactersMax;
  return `${stat}\n${diff.slice(0, charactersMax)}\n[${left} more characters of this diff are left out; see the files in the current folder]\n`;
}
