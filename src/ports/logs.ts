/** Where the lines go that agents and checks print: complete where there is a folder, bounded in memory where there is none. */
export interface Logs {
  append(planId: string, line: string): void;
  /** Lines oldest first; with `follow`, those to come as well, until the signal ends it. */
  read(planId: string, options?: { follow?: boolean; signal?: AbortSignal }): AsyncIterable<string>;
  /** Bytes of each log, by plan. */
  sizes(): Promise<Record<string, number>>;
  remove(planId: string): Promise<void>;
  close(): Promise<void>;
}
