import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context, { attach: true });
  const { pid, command, started } = opened.sharedTroupe.owner();
  return { data: { owner: { pid, command, started } }, text: `process ${pid}  "${command}"  since ${started}` };
};
