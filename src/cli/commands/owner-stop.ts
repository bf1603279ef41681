import { packageVersion, whoOwns } from '../../host.ts';
import { Fault } from '../../index.ts';
import { findPlace, type Place } from '../place.ts';
import type { Context, Run } from '../verb.ts';

/** How often it is looked whether the owner is gone. */
const lookMs = 20;

export const run: Run = async context => {
  const place = await findPlace({ ...context.globals, env: context.io.env });
  const found = await whoOwns(place.owner, packageVersion());
  if (found === null) return { data: { stopped: null }, text: 'Nobody has the store.' };
  const { pid } = found.owner;
  if (found.sure) context.io.terminate(pid);
  await gone(place, pid, context);
  return { data: { stopped: pid }, text: `process ${pid} ended; nothing is lost` };
};

/** Waits. One that listens to nobody was only looking, and is gone in a moment. @throws {Fault} STORE_LOCKED when it stays */
async function gone(place: Place, pid: number, { globals }: Context): Promise<void> {
  const deadline = performance.now() + globals.lockMs;
  while ((await whoOwns(place.owner, packageVersion()))?.owner.pid === pid) {
    if (performance.now() > deadline) {
      throw new Fault('STORE_LOCKED', `Process ${pid} has not let go of the store yet`, {
        where: `process ${pid}`,
        hints: ['troupe owner status', `kill -KILL ${pid}   # what it did not finish is taken up again`],
      });
    }
    await new Promise(resolve => setTimeout(resolve, lookMs));
  }
}
