import type { PlanSpec } from '../../../model/plan.ts';
import type { SandboxEnvironment } from '../../../ports/tool.ts';
import type { Published } from '../messages.ts';

/** The folder of one attempt at a job. */
export interface WorkFolder {
  environment: SandboxEnvironment;
  /** Publishes the files as they are now, if they changed, and returns their tree. */
  publish(): Promise<Published>;
  /** Makes the files those of a tree that the owner published. */
  adopt(tree: Published): Promise<void>;
  /** Removes the folder. */
  close(): Promise<void>;
}

export interface FolderRequest {
  /** Unique for every attempt. */
  key: string;
  /** Tags the processes of the set-up. */
  processTag: string;
  plan: PlanSpec;
  base: Published;
  /** No set-up is needed. */
  onlyLooking: boolean;
  signal: AbortSignal;
  log(line: string): void;
}

/** Makes the folders of a worker's jobs. */
export interface WorkFolders {
  /** @throws {TroupeError} SETUP_FAILED, WORKER_REFUSED, GIT_FAILED, INVALID_ARGUMENT for a secret that this machine lacks */
  open(request: FolderRequest): Promise<WorkFolder>;
  close(): Promise<void>;
}
