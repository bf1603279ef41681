/** What owner and workers send each other. Everything is plain JSON. */
import { isAbsolute, normalize } from 'node:path';
import * as z from 'zod';
import { AgentSpec } from '../../model/agent.ts';
import { PlanSpec } from '../../model/plan.ts';
import { publishedTreeSchema } from '../../model/published-tree.ts';
import type { AgentAnswer, AgentTask, ContinuedSession } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import type { Outcome } from './outcome.ts';

/** Owners and workers of other versions of these messages do not work together. */
export const protocol = 1;

/** What a worker needs for a task; the rest of it goes over the line. */
export type TaskData = Pick<
  AgentTask,
  'role' | 'attempt' | 'directory' | 'decisions' | 'guidance' | 'advice' | 'problem' | 'diff'
> & { choices: readonly number[] | null; session: { last: ContinuedSession | null } | null };

/** Whether a path of a folder, relative to another one, is that folder or below it. */
export const isFolderWithin = (folder: string): boolean => !isAbsolute(folder) && !normalize(folder).startsWith('..');

/** A folder in the one of the job. */
const folderBelow = z.string().refine(isFolderWithin);

const agentJob = z.strictObject({
  kind: z.literal('agent'),
  agent: AgentSpec,
  /** The folder of the action in the project, to which paths of the agent are relative. */
  actionFolder: folderBelow,
  onlyLooking: z.boolean(),
  /** null for an agent that uses no folder. */
  base: publishedTreeSchema.nullable(),
  task: z.custom<TaskData>(value => typeof value === 'object' && value !== null),
});

const validationJob = z.strictObject({
  kind: z.literal('validations'),
  base: publishedTreeSchema,
  programs: z.array(
    z.strictObject({
      argv: z.array(z.string()).min(1),
      folder: folderBelow.nullable(),
      watchdogs: z.strictObject({
        totalSeconds: z.number(),
        idleSeconds: z.number(),
        graceSeconds: z.number(),
        startSeconds: z.number().optional(),
        resultSeconds: z.number().optional(),
        outputMiB: z.number().optional(),
      }),
    }),
  ),
});

export const jobDataSchema = z.strictObject({
  protocol: z.literal(protocol),
  /** The key of the work. */
  key: z.string(),
  /** The owner's inbox when the job was added. */
  inbox: z.string(),
  /** The number of attempts before the job was added again, after its last worker was gone: a number never means two attempts. */
  attemptsBefore: z.int().min(0),
  plan: PlanSpec,
  work: z.discriminatedUnion('kind', [agentJob, validationJob]),
});
export type JobData = z.infer<typeof jobDataSchema>;
/** The number of the last attempt at a job. */
export const attemptOf = (job: { attemptsStarted: number; data: JobData }): number =>
  job.attemptsStarted + job.data.attemptsBefore;
export type AgentJobData = z.infer<typeof agentJob>;
export type ValidationJobData = z.infer<typeof validationJob>;

/** A tree in the exchange, as a job and its messages name it. */
export type Published = z.infer<typeof publishedTreeSchema>;

/** The worker of a running job: its progress. */
export interface JobProgress {
  worker: string;
  attempt: number;
}

export type JobEnd = Outcome<AgentAnswer | ProcessResult[]> & {
  /** The tree of the files in the end; null when they are those of the last request. */
  tree: Published | null;
  /** The number of reports before it. */
  reports: number;
  /** The number of calls of tools before it. */
  calls: number;
};

export type JobResult = JobEnd & {
  /** Where the last report went: the inbox of an earlier process of the owner, if that ended meanwhile. */
  inbox: string;
};

/** Something of the task that only its owner can do. */
export type TaskRequest =
  | { method: 'call'; tool: string; input: unknown; foundBy: 'position' | 'content' }
  | { method: 'permit'; tool: string; input: unknown }
  | { method: 'once' | 'ask'; name: string }
  | { method: 'restart' };

/** Something that the owner only takes note of. */
export type Report =
  | { type: 'log' | 'output'; line: string }
  | { type: 'usage'; usage: Parameters<AgentTask['reportUsage']>[0] }
  | { type: 'session'; id: string; given: readonly string[] }
  | { type: 'start'; at: number }
  | { type: 'line'; at: number; line: string }
  | { type: 'result'; at: number; result: ProcessResult };

interface OfJob {
  job: string;
  attempt: number;
}

export type FromWorker = OfJob & { worker: string } & (
    | { type: 'request'; id: number; request: TaskRequest; tree: Published | null; isAnswered: boolean }
    | { type: 'performed'; id: number; outcome: Outcome<unknown>; tree: Published | null }
    | { type: 'report'; n: number; report: Report }
  );

export type ToWorker = OfJob &
  (
    | { type: 'reply'; id: number; outcome: Outcome<unknown>; tree: Published | null }
    /** Do what was asked for once, and send the result. */
    | { type: 'perform'; id: number }
    /** The owner was started again, and has another inbox. */
    | { type: 'attach'; inbox: string }
    /** The owner does not want the result of this attempt. */
    | { type: 'stop' }
  );
