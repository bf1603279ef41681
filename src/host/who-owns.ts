import { Fault } from '../model/fault.ts';
import { attach } from './attach.ts';
import { limits } from './limits.ts';
import { type Owner, ownerOf } from './owner.ts';

/**
 * Who has the store, found out without taking it. A process id alone proves nothing: the system gives the id of a dead
 * owner to somebody else. So an owner that listens is asked; one whose socket is dead is dead. What does not listen is
 * believed as it is written, and is `sure` of nothing.
 */
export async function whoOwns(file: string, version: string): Promise<{ owner: Owner; sure: boolean } | null> {
  const owner = await ownerOf(file);
  if (owner === null) return null;
  if (owner.socket === null) return { owner, sure: false };
  const pid = await answering(owner.socket, version);
  if (pid === 'unclear') return { owner, sure: false };
  return pid === owner.pid ? { owner, sure: true } : null;
}

/** The process that answers there, if one does. */
async function answering(socket: string, version: string): Promise<number | null | 'unclear'> {
  try {
    const line = await attach(socket, { version, limits });
    line.close();
    return line.owner.pid;
  } catch (thrown) {
    // Of another version, but there.
    if (Fault.is(thrown) && thrown.code === 'VERSION_MISMATCH') return Number(thrown.details?.pid);
    if (Fault.is(thrown) && thrown.code === 'OWNER_LOST') return null;
    // Something answers, and makes no sense.
    if (Fault.is(thrown) && thrown.code === 'PROTOCOL_BROKEN') return 'unclear';
    throw thrown;
  }
}
