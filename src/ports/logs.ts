import type { LogLine } from '../model/log-line.ts';

/** The log of what agents and validations print: complete where there is a folder, bounded in memory where there is none. */
export interface Logs {
  /** Appends text to the log; several lines become several log lines. */
  append(planId: string, step: string, text: string): void;
  /** Reads one plan's log from its first line. */
  open(planId: string): LogReader;
  /** Returns at least the last `max` lines of one plan, unless they are very long, without reading the whole log. */
  tail(planId: string, max: number): Promise<LogLine[]>;
  /** The time of the last line that every reader can see; the opening time when there is no line yet. */
  latestAt(): string;
  /** Resolves when more lines can be read, when the logs are closed, or when the signal aborts. */
  waitForLines(signal?: AbortSignal): Promise<void>;
  isClosed(): boolean;
  /** Returns the bytes of each log, by plan. */
  sizes(): Promise<Record<string, number>>;
  remove(planId: string): Promise<void>;
  close(): Promise<void>;
}

export interface LogReader {
  /** Returns the next line, oldest first; null when there is none yet. */
  next(): Promise<LogLine | null>;
}
