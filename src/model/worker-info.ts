/** The namespace of queues where none is given. */
export const defaultNamespace = 'troupe';

/** A worker: a process, on any machine, that does work of agents and validations. */
export interface WorkerInfo {
  id: string;
  host: string;
  pid: number;
  /** Version of Troupe. */
  version: string;
  /** How many jobs it does at the same time. */
  concurrency: number;
  /** How many it does now. */
  running: number;
  /** It finishes its work and takes no more. */
  isDraining: boolean;
  /** It gave no sign of life for longer than its lease: it ended, or is cut off. Others do its work. */
  isLost: boolean;
  /** ISO time. */
  startedAt: string;
  /** When it last gave a sign of life, by the clock of its machine. ISO time. */
  seenAt: string;
  /** Its agents, by name, with the version of each program. */
  agents: Readonly<Record<string, string | null>>;
  labels: readonly string[];
  /** The commands that it may run. */
  commands: readonly string[];
  /** Whether it works on files. */
  hasExchange: boolean;
}
