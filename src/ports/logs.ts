import type { LogLine } from '../model/log-line.ts';

/** Where the lines go that agents and checks print: complete where there is a folder, bounded in memory where there is none. */
export interface Logs {
  /** Several lines at once are several lines of the log. */
  append(planId: string, step: string, text: string): void;
  /** From the first line of one plan on. */
  open(planId: string): LogReader;
  /** At least so many of the last lines of one plan, if they are not very long; without reading all of it. */
  tail(planId: string, max: number): Promise<LogLine[]>;
  /** When the last line was printed that every reader can reach; when the logs were opened before the first. */
  latestAt(): string;
  /** Resolves when more can be read, when the logs are closed, or when the signal aborts. */
  waitForLines(signal?: AbortSignal): Promise<void>;
  isClosed(): boolean;
  /** Bytes of each log, by plan. */
  sizes(): Promise<Record<string, number>>;
  remove(planId: string): Promise<void>;
  close(): Promise<void>;
}

export interface LogReader {
  /** The next line, oldest first; null when there is none for now. */
  next(): Promise<LogLine | null>;
}
