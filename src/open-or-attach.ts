/** Only this file reads the process's environment (`XDG_RUNTIME_DIR`) for sharing a store. The modules behind it do not. */
import { tmpdir } from 'node:os';
import type { SocketEnvironment } from './host/address.ts';
import { openOrAttach as openOrAttachIn, type SharedTroupe, type SharedTroupeOptions } from './host/shared-troupe.ts';
import { packageVersion } from './host/version.ts';

type DefaultedOption = 'version' | 'surroundings' | 'now';

/**
 * Opens the store as its owner, or attaches to the process that owns it. The result is the same either way. It stays
 * usable when the owner exits: it then attaches to the next owner, or this process becomes the owner.
 *
 * @throws {TroupeError} STORE_LOCKED, naming the process that has the store and does not accept connections;
 * VERSION_MISMATCH
 */
export function openOrAttach(
  options: Omit<SharedTroupeOptions, DefaultedOption> &
    Partial<Pick<SharedTroupeOptions, DefaultedOption>> & { env?: Readonly<Record<string, string | undefined>> },
): Promise<SharedTroupe> {
  const { env = process.env, ...rest } = options;
  return openOrAttachIn({ version: packageVersion(), now: Date.now, surroundings: socketEnvironment(env), ...rest });
}

/** Describes where a process on this machine may open its socket. */
export function socketEnvironment(env: Readonly<Record<string, string | undefined>>): SocketEnvironment {
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    runtimeDir: env.XDG_RUNTIME_DIR || tmpdir(),
  };
}
