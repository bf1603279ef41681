import type { AgentRef, AgentSpec } from '../model/agent.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { WorkerInfo } from '../model/worker-info.ts';
import type { AgentAnswer, Agents, AgentTask } from './agent.ts';
import type { ProcessResult, RunProcess } from './process.ts';
import type { SandboxEnvironment } from './tool.ts';

/** The files of the sandbox in which work is done, for a dispatcher that does it elsewhere. */
export interface WorkFiles {
  /** Returns the tree of the files as they are now. */
  capture(): Promise<string>;
  /** Resets the files to exactly this tree. */
  restore(tree: string): Promise<void>;
}

/** A task for an agent, before its folder is set up. */
export interface AgentWork {
  agent: AgentRef;
  /** The folder to which paths in `agent` are relative. */
  actionDir: string;
  /** Its `key` identifies the work: the same work is dispatched again under the same key after a crash. */
  task: Omit<AgentTask, 'variables'>;
  /** The agent only looks at the files: its folder needs no set-up. */
  onlyLooking: boolean;
  files: WorkFiles;
  /** Sets up the sandbox's folder and returns it. Not called for an agent that does not use a folder. */
  place(): Promise<SandboxEnvironment>;
  /**
   * Records the end of work that was done elsewhere: after a crash, returns what was recorded and does not call `act` again.
   * Calls of the task need not be repeated then.
   */
  record(act: () => Promise<AgentEnd>): Promise<AgentEnd>;
  /** Called when the work waits for a worker, with the reason in one sentence, and with null when it no longer does. */
  onWait(reason: string | null): void;
}

/** How work of an agent ended: with an answer or an error. Plain JSON. */
export interface AgentEnd {
  answer?: AgentAnswer;
  /** A serialized error. */
  error?: unknown;
  /** The tree of its files; null when no file changed except by calls. */
  tree: string | null;
  /** How many calls of tools it made, whichever process of the owner answered them. @default those that this one answered */
  calls?: number;
}

/** The program of one validation. */
export interface ValidationProgram extends Omit<Parameters<RunProcess>[0], 'cwd' | 'signal' | 'onLine'> {
  /** Folder of the program, relative to the sandbox's folder. @default the sandbox's folder */
  folder?: string | undefined;
  /** Called once, when the folder is set up and the program is about to start. */
  onStart(): void;
  onLine(line: string): void;
}

/** The validations of one tree. They run in one folder, in order: later ones may need what earlier ones built. */
export interface ValidationWork {
  /** Identifies the work: the same work is dispatched again under the same key after a crash. */
  key: string;
  plan: PlanSpec;
  programs: readonly ValidationProgram[];
  /** The tree of the files. */
  tree: string;
  signal: AbortSignal;
  /** Sets up a folder with these files and returns it. Its variables override those of the programs. */
  place(): Promise<SandboxEnvironment>;
  /** As for agents. */
  onWait(reason: string | null): void;
}

export interface DispatchedValidations {
  /**
   * Resolves when none of the program's processes is left. A program that fails or is stopped is a result, not an error.
   * Call it for one program after the other; those before the first one do not have to run.
   * @throws whatever `place` throws
   */
  result(at: number): Promise<ProcessResult>;
  /** The results are recorded: removes what was stored of them. */
  close(): Promise<void>;
}

/** Starts the work of agents and validations. Each piece of work has exactly one result or one error. */
export interface Dispatcher {
  /**
   * Resolves with the agent's answer. The task's signal stops the agent.
   * @throws {TroupeError} UNKNOWN_AGENT, and whatever `place` or the agent throws
   */
  runAgent(work: AgentWork): Promise<AgentAnswer>;
  /** Starts nothing before the first result is asked for. */
  runValidations(work: ValidationWork): DispatchedValidations;
  /** Resolves when work of this plan that was stopped has ended, wherever it ran. */
  stopped(planId: string): Promise<void>;
  /** Returns the workers to which work can go; none when all is done in this process. */
  workers(): Promise<WorkerInfo[]>;
  close(): Promise<void>;
}

/** A dispatcher whose work continues when this process ends. */
export interface SharedDispatcher extends Dispatcher {
  /** Stops work of these plans for which no process waits: that of plans that ended while no process was there. */
  sweep(isOurs: (planId: string) => Promise<boolean>): Promise<void>;
}

/** Opens a dispatcher that sends work elsewhere. */
export type DispatcherOpener = (here: {
  /** Does the work that stays in this process. */
  local: Dispatcher;
  agents: Agents;
  /** Describes an agent so that another machine can run it; null for one that is code of this process. */
  describe(agent: AgentRef): AgentSpec | null;
  /** The root of the project. */
  root: string;
}) => SharedDispatcher;
