import type { AgentRef } from '../model/agent.ts';
import type { AgentAnswer, AgentTask } from './agent.ts';
import type { ProcessResult, RunProcess } from './process.ts';
import type { SandboxEnvironment } from './tool.ts';

/** A task for an agent, before its folder is set up. */
export interface AgentWork {
  agent: AgentRef;
  /** The folder to which paths in `agent` are relative. */
  actionDir: string;
  /** Its `key` identifies the work: the same work is dispatched again under the same key after a crash. */
  task: Omit<AgentTask, 'variables'>;
  /** Sets up the sandbox's folder and returns it. Not called for an agent that does not use a folder. */
  place(): Promise<SandboxEnvironment>;
}

/** The program of one validation, before its folder is set up. */
export interface ValidationWork extends Omit<Parameters<RunProcess>[0], 'cwd' | 'onLine'> {
  /** Folder of the program, relative to the sandbox's folder. @default the sandbox's folder */
  folder?: string | undefined;
  /** Sets up the sandbox's folder and returns it. Its variables override those of `env`. */
  place(): Promise<SandboxEnvironment>;
  /** Called once, when the folder is set up and the program is about to start. */
  onStart(): void;
  onLine(line: string): void;
}

/** Starts the work of agents and validations. Each piece of work has exactly one result or one error. */
export interface Dispatcher {
  /**
   * Resolves with the agent's answer. The task's signal stops the agent.
   * @throws {TroupeError} UNKNOWN_AGENT, and whatever `place` or the agent throws
   */
  runAgent(work: AgentWork): Promise<AgentAnswer>;
  /**
   * Resolves when none of the program's processes is left. A program that fails or is stopped is a result, not an error.
   * @throws whatever `place` throws
   */
  runValidation(work: ValidationWork): Promise<ProcessResult>;
}
