import { findOwner, packageVersion } from '../../../host.ts';
import type { RunCommand } from '../../command.ts';
import { locateProject } from '../../project/project-location.ts';

export const run: RunCommand = async ({ globals, io }) => {
  const place = await locateProject({ ...globals, env: io.env });
  const found = await findOwner(place.owner, packageVersion());
  if (found === null) return { data: { owner: null }, text: 'No process is using the store.' };
  const { pid, command, started, socket } = found.owner;
  const access = socket === null ? 'accepts no connections' : `listens at ${socket}`;
  return {
    data: { owner: { pid, command, started, socket } },
    text: `process ${pid}  "${command}"  since ${started}\n${access}`,
  };
};
