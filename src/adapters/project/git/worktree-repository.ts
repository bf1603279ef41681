import type { TargetCheckout } from '../../../model/target-checkout.ts';
import type { ProjectRepository } from './repository.ts';

/** Returns the same repository with the files of another of its worktrees; of its own when there is no such worktree. */
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

/** Returns the only target of a single project. */
export function singleCheckout(places: Readonly<Record<string, TargetCheckout>> = {}): TargetCheckout | undefined {
  return Object.values(places)[0];
}
