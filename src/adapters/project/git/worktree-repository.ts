import type { TargetCheckout } from '../../../model/target-checkout.ts';
import type { ProjectRepository } from './repository.ts';

/** The same repository with the files of another of its worktrees; where there is no worktree, its own. */
export async function openWorktreeRepository(ground: ProjectRepository, root: string): Promise<ProjectRepository> {
  if (root === ground.root) return ground;
  const words = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-dir', '--git-common-dir'];
  const found = await ground.files
    .at({ cwd: root })
    .text(words)
    .catch(() => '');
  const [top = '', gitDir = '', commonDir = ''] = found.trimEnd().split('\n');
  if (commonDir !== ground.commonDir) return ground;
  return { ...ground, root: top, files: ground.files.at({ cwd: top }), gitDir };
}

/** The one place that a project of its own is told of. */
export function singleCheckout(places: Readonly<Record<string, TargetCheckout>> = {}): TargetCheckout | undefined {
  return Object.values(places)[0];
}
