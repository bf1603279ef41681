import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';

export const run: Run = async context => {
  await using opened = await openHere(context, { attach: true });
  const { pid, command, started } = opened.hosted.owner();
  return { data: { owner: { pid, command, started } }, text: `process ${pid}  "${command}"  since ${started}` };
};
