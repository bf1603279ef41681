import type { PlanEvent, SerializedError } from '../index.ts';
import type { ColorChoice, Colors } from '../presentation/colors.ts';
import type { Interrupts } from './interrupt.ts';
import type { Io } from './io.ts';

/** A command as data, used by the parser, the help and the reference page. */
export interface CommandDefinition {
  /** The words of the command: `plan status`. */
  path: string;
  summary: string;
  /** Example commands with their meaning, shown first in the help. */
  examples: readonly (readonly [command: string, meaning: string])[];
  /** In commander's notation: `[plan]`, `<path>`, `[paths...]`. */
  arguments?: readonly (readonly [name: string, meaning: string])[];
  flags?: readonly FlagDefinition[];
  /** Reads only and is short: without an owner it opens the store exclusively. @default false */
  readOnly?: boolean;
  /** With `--json`, too, it prints one object per line as it arrives. @default false */
  streams?: boolean;
  /** Loads the implementation, only when the command runs. */
  load(): Promise<{ run: RunCommand }>;
}

export interface FlagDefinition {
  /** In commander's notation: `--take <side>`. */
  flags: string;
  meaning: string;
  choices?: readonly string[];
  /** May be repeated. */
  repeatable?: boolean;
}

export type RunCommand = (context: CommandContext) => Promise<CommandOutcome>;

export type OutputFormat = 'rich' | 'plain' | 'json' | 'jsonl' | 'yaml';

/** Flags every command accepts. */
export interface GlobalOptions {
  directory: string;
  format: OutputFormat;
  quiet: boolean;
  verbose: boolean;
  /** False: never asks. */
  input: boolean;
  yes: boolean;
  store: string | undefined;
  /** How long to wait for a store that another process has open, in milliseconds. @default 5 s */
  lockMs: number;
}

/** Arguments and flags after the command's name. */
export interface ParsedArgs {
  text(name: string): string | undefined;
  has(name: string): boolean;
  list(name: string): string[];
}

export interface CommandContext {
  io: Io;
  globals: GlobalOptions;
  /** The words after `troupe`, as typed. */
  argv: readonly string[];
  /** The command as typed, shown to users who find the store in use. */
  commandLine: string;
  args: ParsedArgs;
  /** Colors for standard output. */
  paint: Colors;
  /** The value of `--color`. */
  color: ColorChoice;
  interrupts: Interrupts;
  /** Reads only: see `CommandDefinition`. */
  readOnly: boolean;
  /** Whether another process owns the store; valid after opening. */
  attached: boolean;
  /** Whether plans run in this process. */
  ownsStore(): boolean;
  /** Reports that the command was accepted and concerns this plan, to a process that started it in the background. */
  reportStarted(planId: string): void;
  /** Prints a message to standard error and keeps it for the envelope. Silent with -q. */
  log(text: string, level?: 'info' | 'warning'): void;
  /** Prints an event as a line in `jsonl`; does nothing in other formats. */
  emitEvent(event: PlanEvent): void;
  /** Prints a log line: an object in `jsonl`, a line of standard output in text formats. */
  emitLogLine(line: LogLineData, text: string): void;
}

/** A log line as JSON. */
export interface LogLineData {
  type: 'log';
  at: string;
  planId: string;
  /** The subplan that printed it; null for the requested plan. */
  subplan: string | null;
  step: string;
  text: string;
}

/** The result of a command. */
export interface CommandOutcome {
  /** For programs: the envelope's `data`, keys in snake_case. */
  data: Record<string, unknown>;
  /** For people: standard output in `rich` and `plain`. */
  text: string;
  /** An error in addition to the data. */
  error?: SerializedError;
  /** @default 0, or the error's */
  exitCode?: number;
}
