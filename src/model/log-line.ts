import type { SerializedError } from './errors.ts';

/** One line that an agent, a validation or Troupe itself printed for a plan. */
export interface LogLine {
  planId: string;
  /** When it was printed: UTC with microseconds. Unique within a process, so it also gives the order. */
  at: string;
  /** What printed it: a value of `logStepByRole`, `setup`, `then`, `troupe`, or the name of a validation. */
  step: string;
  text: string;
}

/** Options of `Plan.logs`. */
export interface LogOptions {
  /** Continue with new lines until the plan waits for a person or ends. @default false */
  follow?: boolean;
  /** With `follow`: continue even when the plan waits or has ended, until the signal aborts. @default false */
  rests?: boolean;
  /** Include the lines of subplans, also of those created later. @default true */
  subplans?: boolean;
  /** Only lines of these plans of the tree, by id. @default all */
  only?: readonly string[];
  /** Also the original output of agents whose output is logged as readable lines. @default false */
  output?: boolean;
  /** Only lines of these steps. @default all */
  steps?: readonly string[];
  /** Only lines printed at this time or later, in the form of `LogLine.at`. @default all */
  since?: string;
  /** Only this many of the last existing lines; with `follow`, new lines follow. @default all */
  tail?: number;
  /** Only lines after the one printed at this time, where an earlier read ended. @default from the first */
  after?: string;
}

/** The step name of each agent role in log lines. */
export const logStepByRole = {
  strategy: 'strategize',
  execution: 'execute',
  fix: 'fix',
  estimation: 'estimate',
  conflict: 'resolve',
  review: 'review',
  apply: 'apply',
} as const;

/** Returns the step of the original output of an agent; the step itself has the readable lines. */
export function outputStepOf(step: string): string {
  return `${step}.output`;
}

const outputSteps: ReadonlySet<string> = new Set(Object.values(logStepByRole).map(outputStepOf));

/** Returns whether a step is the original output of an agent. */
export function isOutputStep(step: string): boolean {
  return outputSteps.has(step);
}

/** The last lines of a failed subplan's log, as its parent's error contains them. */
export interface LastLines {
  planId: string;
  goal: string;
  lines: string[];
}

/** Returns the last log lines of failed subplans from an error that has them; else an empty list. */
export function parseLastLines({ details }: Pick<SerializedError, 'details'>): LastLines[] {
  const found = details?.lastLines;
  return Array.isArray(found) && found.every(isLastLines) ? found : [];
}

function isLastLines(value: unknown): value is LastLines {
  const { planId, goal, lines } = (value ?? {}) as Partial<LastLines>;
  return (
    typeof planId === 'string' &&
    typeof goal === 'string' &&
    Array.isArray(lines) &&
    lines.every(line => typeof line === 'string')
  );
}
