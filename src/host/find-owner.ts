import { TroupeError } from '../model/errors.ts';
import { limits } from './limits.ts';
import { type Owner, readOwner } from './owner-file.ts';
import { attach } from './socket-transport.ts';

/**
 * Who has the store, found out without taking it. A process id alone proves nothing: the system gives the id of a dead
 * owner to somebody else. So an owner that listens is asked; one whose socket is dead is dead. What does not listen is
 * believed as it is written, and is `sure` of nothing.
 */
export async function findOwner(file: string, version: string): Promise<{ owner: Owner; confirmed: boolean } | null> {
  const owner = await readOwner(file);
  if (owner === null) return null;
  if (owner.socket === null) return { owner, confirmed: false };
  const pid = await probeOwner(owner.socket, version);
  if (pid === 'unknown') return { owner, confirmed: false };
  return pid === owner.pid ? { owner, confirmed: true } : null;
}

/** The process that answers there, if one does. */
async function probeOwner(socket: string, version: string): Promise<number | null | 'unknown'> {
  try {
    const connection = await attach(socket, { version, limits });
    connection.close();
    return connection.owner.pid;
  } catch (thrown) {
    // Of another version, but there.
    if (TroupeError.is(thrown) && thrown.code === 'VERSION_MISMATCH') return Number(thrown.details?.pid);
    if (TroupeError.is(thrown) && thrown.code === 'OWNER_LOST') return null;
    // Something answers, and makes no sense.
    if (TroupeError.is(thrown) && thrown.code === 'PROTOCOL_BROKEN') return 'unknown';
    throw thrown;
  }
}
