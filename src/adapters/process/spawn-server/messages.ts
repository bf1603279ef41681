import type { StreamName } from '../output.ts';

/** What the owner asks of the spawn server. `id` names a program. */
export type SpawnServerRequest =
  | { type: 'start'; id: number; file: string; args: readonly string[]; options: StartOptions }
  | { type: 'input'; id: number; chunk: Buffer }
  | { type: 'inputEnd'; id: number }
  | { type: 'pause'; id: number; name: StreamName; paused: boolean }
  | { type: 'destroy'; id: number; name: StreamName };

/** What the spawn server reports. A program that could not be started reports only `error`. */
export type SpawnServerMessage =
  | { type: 'ready' }
  | { type: 'spawn'; id: number; pid: number }
  | { type: 'error'; id: number; error: SpawnError }
  | { type: 'output'; id: number; name: StreamName; chunk: Uint8Array }
  | { type: 'outputEnd'; id: number; name: StreamName }
  | { type: 'inputTaken'; id: number }
  | { type: 'inputError'; id: number; error: SpawnError }
  | { type: 'exit' | 'close'; id: number; code: number | null; signal: NodeJS.Signals | null };

/** The part of an error of `spawn` that can be sent to another process. */
export interface SpawnError {
  message: string;
  code?: string;
  syscall?: string;
  path?: string;
}

/** The options of `spawn` that Troupe uses. */
export interface StartOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** A process group of its own. */
  detached?: boolean;
  /** @default three pipes */
  stdio?: ['pipe' | 'ignore', 'pipe', 'pipe'];
  windowsVerbatimArguments?: boolean;
}
