import { Owner, ownerOf } from '../../host.ts';
import { findPlace } from '../place.ts';
import type { Run } from '../verb.ts';

export const run: Run = async ({ globals, io }) => {
  const place = await findPlace({ ...globals, env: io.env });
  const owner = await ownerOf(place.owner);
  if (owner === null) return { data: { owner: null }, text: 'Nobody has the store.' };
  const { pid, command, started, socket } = Owner.parse(owner);
  const lets = socket === null ? 'lets nobody in' : `listens at ${socket}`;
  return {
    data: { owner: { pid, command, started, socket } },
    text: `process ${pid}  "${command}"  since ${started}\n${lets}`,
  };
};
