/** Which work is done in the owner's process, though it has workers. */
import { isAbsolute, relative } from 'node:path';
import type { AgentSpec } from '../../../model/agent.ts';
import type { PlanSpec } from '../../../model/plan.ts';
import { isFolderWithin } from '../messages.ts';

/** Returns why work on a plan's files is done by the owner; null when a worker can do it. */
export function whyFilesStay(
  plan: PlanSpec,
  { hasExchange, isSetUp }: { hasExchange: boolean; isSetUp: boolean },
): string | null {
  if (!hasExchange) return 'there is no exchange for files';
  if (plan.projectLinks.length > 1) return 'the plan works on several projects';
  if (plan.checkout?.submodules === 'auto') return 'it needs the submodules of your checkout';
  if (plan.checkout?.lfs === 'pull') return 'it needs the large files of your checkout';
  const { include = [], link = [] } = (isSetUp ? plan.setup : undefined) ?? {};
  return include.length + link.length > 0 ? 'its set-up copies or links files of your checkout' : null;
}

/** Returns why files with these filters of git stay; null when there are none. */
export function whyFilteredStay(filters: readonly string[]): string | null {
  return filters.length === 0 ? null : `files of the project go through the git filter ${filters.join(', ')}`;
}

/** Returns why an agent works in the owner's process; null when a worker can run it. */
export function whyAgentStays(
  spec: AgentSpec | null,
  { root, actionDir }: { root: string; actionDir: string },
): string | null {
  if (spec === null) return 'the agent is code of this process';
  if (spec.kind === 'script') return 'the agent is a script of this machine';
  if ('mcpServers' in spec && spec.mcpServers !== undefined)
    return 'the agent has MCP servers, which run on this machine';
  const isOutside = usesActionFolder(spec) && actionFolderIn(root, actionDir) === null;
  return isOutside ? 'the program of the agent is outside the project' : null;
}

/** Whether its program is in the folder of the action. */
function usesActionFolder(spec: AgentSpec): boolean {
  if (!('argv' in spec)) return false;
  const [program = ''] = spec.argv;
  return (program.includes('/') && !isAbsolute(program)) || spec.argv.some(word => word.includes('{actionDir}'));
}

/** The folder of the action in the project; null when it is outside. */
export function actionFolderIn(root: string, actionDir: string): string | null {
  const folder = relative(root, actionDir);
  return isFolderWithin(folder) ? folder : null;
}
