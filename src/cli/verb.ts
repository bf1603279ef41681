import type { PlanEvent, StoredFault } from '../index.ts';
import type { Interrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import type { ColorChoice, Paint } from './paint.ts';

/** A command as data: what the parser, the help and the reference page are made from. */
export interface Verb {
  /** The words that name it: `plan status`. */
  path: string;
  summary: string;
  /** What to type, and what it does. Help shows these first. */
  examples: readonly (readonly [command: string, meaning: string])[];
  /** In commander's notation: `[plan]`, `<path>`, `[paths...]`. */
  arguments?: readonly (readonly [name: string, meaning: string])[];
  flags?: readonly Flag[];
  /** Only looks, and is done in a moment: where nobody owns the store it lets nobody in meanwhile. @default false */
  looks?: boolean;
  /** With `--json`, too, what it prints is an object a line, as it comes. @default false */
  streams?: boolean;
  /** The work itself, loaded only when it is asked for. */
  load(): Promise<{ run: Run }>;
}

export interface Flag {
  /** In commander's notation: `--take <side>`. */
  flags: string;
  meaning: string;
  choices?: readonly string[];
  /** May be given several times. */
  repeatable?: boolean;
}

export type Run = (context: Context) => Promise<Outcome>;

export type Format = 'rich' | 'plain' | 'json' | 'jsonl' | 'yaml';

/** Flags every command understands. */
export interface Globals {
  directory: string;
  format: Format;
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
export interface Given {
  text(name: string): string | undefined;
  has(name: string): boolean;
  list(name: string): string[];
}

export interface Context {
  io: Io;
  globals: Globals;
  /** The words after `troupe`, as they were typed. */
  words: readonly string[];
  /** The command as it was typed, for those who find the store in use. */
  typed: string;
  given: Given;
  /** Colours for standard output. */
  paint: Paint;
  /** What `--color` says. */
  color: ColorChoice;
  interrupts: Interrupts;
  /** Only looks: see `Verb`. */
  looks: boolean;
  /** Whether a process that is not ours does the work; once something was opened. */
  attached: boolean;
  /** Whether plans are at work in this process. */
  owns(): boolean;
  /** The command was accepted and is about this plan: whoever started it without a window hears so. */
  begun(planId: string): void;
  /** Talk: one line on standard error, kept for the envelope. Silent with -q. */
  say(text: string, level?: 'info' | 'warning'): void;
  /** One event as it happens: a line of its own in `jsonl`, nothing otherwise. */
  event(event: PlanEvent): void;
  /** One line of a log: an object of its own in `jsonl`, a line of standard output for people. */
  line(line: ShownLine, text: string): void;
}

/** A line of a log as machines read it. */
export interface ShownLine {
  type: 'log';
  at: string;
  planId: string;
  /** Of the plan that printed it; null for the plan that was asked for. */
  subplan: string | null;
  step: string;
  text: string;
}

/** What a command has to tell at its end. */
export interface Outcome {
  /** For machines: the envelope's `data`, keys in snake_case. */
  data: Record<string, unknown>;
  /** For people: standard output in `rich` and `plain`. */
  text: string;
  /** What went wrong although there is something to show. */
  fault?: StoredFault;
  /** @default 0, or the fault's */
  exitCode?: number;
}
