import { findOwner, packageVersion } from '../../../host.ts';
import { commandHint, TroupeError } from '../../../index.ts';
import type { CommandContext, RunCommand } from '../../command.ts';
import { locateProject, type ProjectLocation } from '../../project/project-location.ts';

/** Milliseconds between two checks whether the owner has exited. */
const pollMs = 20;

export const run: RunCommand = async context => {
  const place = await locateProject({ ...context.globals, env: context.io.env });
  const found = await findOwner(place.owner, packageVersion());
  if (found === null) return { data: { stopped: null }, text: 'No process is using the store.' };
  const { pid } = found.owner;
  if (found.confirmed) context.io.terminate(pid);
  await waitUntilGone(place, pid, context);
  return { data: { stopped: pid }, text: `process ${pid} ended; nothing is lost` };
};

/**
 * Waits for the owner. One without a socket is a short read-only command.
 * @throws {TroupeError} STORE_LOCKED when it does not exit
 */
async function waitUntilGone(place: ProjectLocation, pid: number, { globals }: CommandContext): Promise<void> {
  const deadline = performance.now() + globals.lockMs;
  while ((await findOwner(place.owner, packageVersion()))?.owner.pid === pid) {
    if (performance.now() > deadline) {
      throw new TroupeError('STORE_LOCKED', `Process ${pid} has not closed the store yet`, {
        where: `process ${pid}`,
        hints: [
          commandHint('owner status'),
          `kill -KILL ${pid}   # what it did not finish continues with the next owner`,
        ],
      });
    }
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}
