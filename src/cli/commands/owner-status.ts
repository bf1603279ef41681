import { packageVersion, whoOwns } from '../../host.ts';
import { findPlace } from '../place.ts';
import type { Run } from '../verb.ts';

export const run: Run = async ({ globals, io }) => {
  const place = await findPlace({ ...globals, env: io.env });
  const found = await whoOwns(place.owner, packageVersion());
  if (found === null) return { data: { owner: null }, text: 'Nobody has the store.' };
  const { pid, command, started, socket } = found.owner;
  const door = socket === null ? 'lets nobody in' : `listens at ${socket}`;
  return {
    data: { owner: { pid, command, started, socket } },
    text: `process ${pid}  "${command}"  since ${started}\n${door}`,
  };
};
