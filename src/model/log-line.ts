import * as z from 'zod';
import type { SerializedError } from './errors.ts';

/** One line that an agent, a check or Troupe itself printed for a plan. */
export interface LogLine {
  planId: string;
  /** When it was printed: UTC with microseconds. No two lines of one process share it, so it also says their order. */
  at: string;
  /** What printed it: a name of `stepOfRole`, `setup`, `then`, `troupe`, or the name of a check. */
  step: string;
  text: string;
}

export interface LogOptions {
  /** Go on with lines as they come, until the plan rests. @default false */
  follow?: boolean;
  /** With `follow`: go on although the plan rests or has ended, until the signal aborts. @default false */
  rests?: boolean;
  /** Lines of the plans below it too, those made meanwhile included. @default true */
  subplans?: boolean;
  /** Only lines of these plans of the tree, by id. @default all */
  only?: readonly string[];
  /** Only what these steps printed. @default all */
  steps?: readonly string[];
  /** Only lines printed then or later, in the form of `LogLine.at`. @default all */
  since?: string;
  /** Only so many of the last lines there are; with `follow`, and all that come. @default all */
  tail?: number;
  /** Only lines after the one printed then: where an earlier reading ended. @default from the first */
  after?: string;
}

/** What an agent does in each role, as its lines name it. */
export const logStepByRole = {
  strategy: 'strategize',
  execution: 'execute',
  fix: 'fix',
  estimation: 'estimate',
  conflict: 'resolve',
  review: 'review',
  apply: 'apply',
} as const;

const LastLines = z.object({ planId: z.string(), goal: z.string(), lines: z.array(z.string()) });

/** The last lines a failed subplan printed, as the error of its parent carries them. */
export type LastLines = z.infer<typeof LastLines>;

/** What failed subplans printed last, of an error that carries it; of any other nothing. */
export function parseLastLines({ details }: Pick<SerializedError, 'details'>): LastLines[] {
  return z.array(LastLines).safeParse(details?.lastLines).data ?? [];
}
