import { ownerOf } from '../../host.ts';
import { Fault } from '../../index.ts';
import { findPlace, type Place } from '../place.ts';
import type { Context, Run } from '../verb.ts';

/** How often it is looked whether the owner is gone. */
const lookMs = 20;

export const run: Run = async context => {
  const place = await findPlace({ ...context.globals, env: context.io.env });
  const owner = await ownerOf(place.owner);
  if (owner === null) return { data: { stopped: null }, text: 'Nobody has the store.' };
  context.io.terminate(owner.pid);
  await gone(place, owner.pid, context);
  return { data: { stopped: owner.pid }, text: `process ${owner.pid} ended; nothing is lost` };
};

/** @throws {Fault} STORE_LOCKED when it does not end in time */
async function gone(place: Place, pid: number, { globals }: Context): Promise<void> {
  const deadline = performance.now() + globals.lockMs;
  while ((await ownerOf(place.owner))?.pid === pid) {
    if (performance.now() > deadline) {
      throw new Fault('STORE_LOCKED', `Process ${pid} was asked to end and has not yet`, {
        where: `process ${pid}`,
        hints: ['troupe owner status', `kill -KILL ${pid}   # what it did not finish is taken up again`],
      });
    }
    await new Promise(resolve => setTimeout(resolve, lookMs));
  }
}
