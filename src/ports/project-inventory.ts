/** What Troupe has in a project, for cleaning up. */

/** A sandbox found on disk. A crash, or manual deletion, may leave only one half of it: a folder or a registration. */
export interface SandboxInfo {
  /** null when the registration is gone, which alone names the owner. */
  key: string | null;
  path: string;
  folder: boolean;
  registered: boolean;
  bytes: number;
  /** When its newest file changed, in milliseconds since the epoch; 0 without a folder. */
  changedMs: number;
}

export interface RefInfo {
  /** Below `refs/troupe/`. */
  name: string;
  oid: string;
  /** When the ref was set, at the latest, in milliseconds since the epoch; null when unknown, as for an archived pin. */
  changedMs: number | null;
  /** Whether it has no ref of its own: see `archivePins`. @default false */
  archived?: true;
}

export interface ProjectInventory {
  sandboxes: SandboxInfo[];
  refs: RefInfo[];
  /** Unused folders left by a process that exited unexpectedly; all of their files are captured. */
  leftovers: { path: string; bytes: number }[];
}
