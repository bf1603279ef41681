import { TroupeError } from '../model/errors.ts';
import { limits } from './limits.ts';
import { type Owner, readOwner } from './owner-file.ts';
import { attach } from './socket-transport.ts';

/**
 * Finds the owner of a store without locking it. A process id alone proves nothing, because the system reuses the ids
 * of ended processes. So a listening owner is asked; an owner with a dead socket is gone. An owner that does not
 * listen is reported as written, with `confirmed` false.
 */
export async function findOwner(file: string, version: string): Promise<{ owner: Owner; confirmed: boolean } | null> {
  const owner = await readOwner(file);
  if (owner === null) return null;
  if (owner.socket === null) return { owner, confirmed: false };
  const pid = await probeOwner(owner.socket, version);
  if (pid === 'unknown') return { owner, confirmed: false };
  return pid === owner.pid ? { owner, confirmed: true } : null;
}

/** Returns the process that answers there, if one does. */
async function probeOwner(socket: string, version: string): Promise<number | null | 'unknown'> {
  try {
    const connection = await attach(socket, { version, limits });
    connection.close();
    return connection.owner.pid;
  } catch (thrown) {
    // Another version, but alive.
    if (TroupeError.is(thrown) && thrown.code === 'VERSION_MISMATCH') return Number(thrown.details?.pid);
    if (TroupeError.is(thrown) && thrown.code === 'OWNER_LOST') return null;
    // It answers, but not with this protocol.
    if (TroupeError.is(thrown) && thrown.code === 'PROTOCOL_BROKEN') return 'unknown';
    throw thrown;
  }
}
