/**
 * The door `troupe/host`: one Troupe for every process on a store. Whoever comes first owns it, the others ask the owner.
 *
 * This door, and no room behind it, reads the process's environment: for `XDG_RUNTIME_DIR`.
 */
import { tmpdir } from 'node:os';
import type { Surroundings } from './host/address.ts';
import { type Hosted, type HostOptions, openOrAttach as openOrAttachIn } from './host/hosted.ts';
import { packageVersion } from './host/version.ts';

type Known = 'version' | 'surroundings' | 'now';

/**
 * Owns the store, or attaches to the process that does. What is returned is the same either way, and stays usable when the
 * owner ends: then the next owner is found, or this process becomes it.
 *
 * @throws {Fault} STORE_LOCKED naming who has the store and lets nobody in; VERSION_MISMATCH
 */
export function openOrAttach(
  options: Omit<HostOptions, Known> &
    Partial<Pick<HostOptions, Known>> & { env?: Readonly<Record<string, string | undefined>> },
): Promise<Hosted> {
  const { env = process.env, ...rest } = options;
  return openOrAttachIn({ version: packageVersion(), now: Date.now, surroundings: surroundings(env), ...rest });
}

/** Where a process on this machine may listen. */
export function surroundings(env: Readonly<Record<string, string | undefined>>): Surroundings {
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    runtimeDir: env.XDG_RUNTIME_DIR || tmpdir(),
  };
}

export { attach } from './host/attach.ts';
export type { Hosted, HostOptions } from './host/hosted.ts';
export { limits } from './host/limits.ts';
export { type Outputs, outputsWith } from './host/outputs.ts';
export { type OwnedStoreOptions, Owner, ownedStore, ownerOf } from './host/owner.ts';
export { packageVersion } from './host/version.ts';
export { whoOwns } from './host/who-owns.ts';
