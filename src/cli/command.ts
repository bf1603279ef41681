import type { PlanEvent, SerializedError } from '../index.ts';
import type { ColorChoice, Colors } from '../presentation/colors.ts';
import type { Interrupts } from './interrupt.ts';
import type { Io } from './io.ts';

/** A command as data: what the parser, the help and the reference page are made from. */
export interface CommandDefinition {
  /** The words that name it: `plan status`. */
  path: string;
  summary: string;
  /** What to type, and what it does. Help shows these first. */
  examples: readonly (readonly [command: string, meaning: string])[];
  /** In commander's notation: `[plan]`, `<path>`, `[paths...]`. */
  arguments?: readonly (readonly [name: string, meaning: string])[];
  flags?: readonly FlagDefinition[];
  /** Only looks, and is done in a moment: where nobody owns the store it lets nobody in meanwhile. @default false */
  readOnly?: boolean;
  /** With `--json`, too, what it prints is an object a line, as it comes. @default false */
  streams?: boolean;
  /** The work itself, loaded only when it is asked for. */
  load(): Promise<{ run: RunCommand }>;
}

export interface FlagDefinition {
  /** In commander's notation: `--take <side>`. */
  flags: string;
  meaning: string;
  choices?: readonly string[];
  /** May be given several times. */
  repeatable?: boolean;
}

export type RunCommand = (context: CommandContext) => Promise<CommandOutcome>;

export type OutputFormat = 'rich' | 'plain' | 'json' | 'jsonl' | 'yaml';

/** Flags every command understands. */
export interface GlobalOptions {
  directory: string;
  format: OutputFormat;
  quiet: boolean;
  verbose: boolean;
  /** False: nothing is ever asked. */
  input: boolean;
  yes: boolean;
  store: string | undefined;
  /** How long to wait for a store that another process has. @default 5 s */
  lockMs: number;
}

/** What was typed after the command's name. */
export interface ParsedArgs {
  text(name: string): string | undefined;
  has(name: string): boolean;
  list(name: string): string[];
}

export interface CommandContext {
  io: Io;
  globals: GlobalOptions;
  /** The words after `troupe`, as they were typed. */
  argv: readonly string[];
  /** The command as it was typed, for those who find the store in use. */
  commandLine: string;
  args: ParsedArgs;
  /** Colours for standard output. */
  paint: Colors;
  /** What `--color` says. */
  color: ColorChoice;
  interrupts: Interrupts;
  /** Only looks: see `Verb`. */
  readOnly: boolean;
  /** Whether a process that is not ours does the work; once something was opened. */
  attached: boolean;
  /** Whether plans are at work in this process. */
  ownsStore(): boolean;
  /** The command was accepted and is about this plan: whoever started it without a window hears so. */
  reportStarted(planId: string): void;
  /** Talk: one line on standard error, kept for the envelope. Silent with -q. */
  log(text: string, level?: 'info' | 'warning'): void;
  /** One event as it happens: a line of its own in `jsonl`, nothing otherwise. */
  emitEvent(event: PlanEvent): void;
  /** One line of a log: an object of its own in `jsonl`, a line of standard output for people. */
  emitLogLine(line: LogLineData, text: string): void;
}

/** A line of a log as machines read it. */
export interface LogLineData {
  type: 'log';
  at: string;
  planId: string;
  /** Of the plan that printed it; null for the plan that was asked for. */
  subplan: string | null;
  step: string;
  text: string;
}

/** What a command has to tell at its end. */
export interface CommandOutcome {
  /** For machines: the envelope's `data`, keys in snake_case. */
  data: Record<string, unknown>;
  /** For people: standard output in `rich` and `plain`. */
  text: string;
  /** What went wrong although there is something to show. */
  error?: SerializedError;
  /** @default 0, or the error's */
  exitCode?: number;
}
