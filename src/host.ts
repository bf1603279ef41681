/**
 * The door `troupe/host`: one Troupe for every process on a store. Whoever comes first owns it, the others ask the owner.
 *
 * This door, and no room behind it, reads the process's environment: for `XDG_RUNTIME_DIR`.
 */
import { tmpdir } from 'node:os';
import type { SocketEnvironment } from './host/address.ts';
import { openOrAttach as openOrAttachIn, type SharedTroupe, type SharedTroupeOptions } from './host/shared-troupe.ts';
import { packageVersion } from './host/version.ts';

type DefaultedOption = 'version' | 'surroundings' | 'now';

/**
 * Owns the store, or attaches to the process that does. What is returned is the same either way, and stays usable when the
 * owner ends: then the next owner is found, or this process becomes it.
 *
 * @throws {TroupeError} STORE_LOCKED naming who has the store and lets nobody in; VERSION_MISMATCH
 */
export function openOrAttach(
  options: Omit<SharedTroupeOptions, DefaultedOption> &
    Partial<Pick<SharedTroupeOptions, DefaultedOption>> & { env?: Readonly<Record<string, string | undefined>> },
): Promise<SharedTroupe> {
  const { env = process.env, ...rest } = options;
  return openOrAttachIn({ version: packageVersion(), now: Date.now, surroundings: socketEnvironment(env), ...rest });
}

/** Where a process on this machine may listen. */
export function socketEnvironment(env: Readonly<Record<string, string | undefined>>): SocketEnvironment {
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    runtimeDir: env.XDG_RUNTIME_DIR || tmpdir(),
  };
}

export { findOwner } from './host/find-owner.ts';
export { limits } from './host/limits.ts';
export { createOutputRegistry, type OutputRegistry } from './host/output-registry.ts';
export { type OwnedStoreOptions, Owner, ownedStore, readOwner } from './host/owner-file.ts';
export type { SharedTroupe, SharedTroupeOptions } from './host/shared-troupe.ts';
export { attach } from './host/socket-transport.ts';
export { packageVersion } from './host/version.ts';
