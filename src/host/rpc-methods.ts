/**
 * Every method of the protocol, one line each. Client and server both use this table: a missing method does not
 * compile (`Methods`), nor does a missing option in `options`.
 */
import * as z from 'zod';
import { Action } from '../model/action.ts';
import { AgentRef } from '../model/agent.ts';
import { CommitTrailers, PostApplyHook } from '../model/apply.ts';
import { CorrectionMode } from '../model/correction.ts';
import type { LogLine } from '../model/log-line.ts';
import { ApplyTarget } from '../model/target.ts';
import type { Actions, Plan, PlanCheckpoints, PlanConflicts, PlanReview, Troupe } from '../runtime/api.ts';
import { StrategyDraft } from '../runtime/correction/edit-strategy.ts';
import type { UseOptions } from '../runtime/options.ts';

/** The kind of result: plain data, a plan, or a stream of values. */
export type ResultKind = 'value' | 'plan' | 'stream';

export interface Method<K extends ResultKind = ResultKind> {
  kind: K;
  /** Schema of the arguments; an `AbortSignal` among the options is not sent, but becomes a cancellation. */
  args: z.ZodType<unknown[]>;
  /** Whether it may be repeated with the next owner when the first ended before it answered. */
  idempotent: boolean;
  /** Its first argument may contain a signal. */
  signal?: boolean;
  /** For streams: the arguments to continue after the values received so far. Without it those are skipped. */
  resumeArgs?(args: unknown[], last: unknown): unknown[];
}

type ReturnOf<F> = F extends (...args: never[]) => infer R ? R : never;
type KindOf<F> =
  ReturnOf<F> extends AsyncIterable<unknown> ? 'stream' : Awaited<ReturnOf<F>> extends Plan ? 'plan' : 'value';

/** Members that are local to the client. */
type Local =
  | 'id'
  | 'actions'
  | 'checkpoints'
  | 'conflicts'
  | 'review'
  | 'ifUnchangedSince'
  | 'close'
  | typeof Symbol.asyncDispose;
type Methods<T> = { [Name in Exclude<keyof T, Local>]-?: Method<KindOf<T[Name]>> };

/** All options of a method, without the signal. */
type Shape<T> = { [Key in Exclude<keyof NonNullable<T>, 'signal'>]-?: z.ZodType };
const options =
  <T>() =>
  <S extends Shape<T>>(shape: S) =>
    z.strictObject(shape).optional();

type Args = z.ZodType[];
const tupleOf = ([first, ...rest]: Args): z.ZodType<unknown[]> =>
  first === undefined ? z.tuple([]) : z.tuple([first, ...rest]);

/** Reads only: repeating it is safe. */
const query = (...args: Args): Method<'value'> => ({ kind: 'value', args: tupleOf(args), idempotent: true });
/** Changes something: if the owner ends meanwhile, the outcome is unknown. */
const command = (...args: Args): Method<'value'> => ({ kind: 'value', args: tupleOf(args), idempotent: false });
const getPlan = (...args: Args): Method<'plan'> => ({ kind: 'plan', args: tupleOf(args), idempotent: true });
const createPlan = (...args: Args): Method<'plan'> => ({ kind: 'plan', args: tupleOf(args), idempotent: false });
const wait = (given: z.ZodType): Method<'value'> => ({ ...query(given), signal: true });
const stream = (given: z.ZodType, rest: Pick<Method, 'idempotent' | 'resumeArgs'>): Method<'stream'> => ({
  kind: 'stream',
  args: tupleOf([given]),
  signal: true,
  ...rest,
});

const text = z.string();
const flag = z.boolean().optional();
const record = z.record(z.string(), z.unknown());

const useOptions: Shape<UseOptions> = {
  action: z.union([text, Action]),
  goal: text.optional(),
  arguments: record.optional(),
  profile: text.optional(),
  base: text.optional(),
  fetch: flag,
  from: text.optional(),
  projects: z.array(text).optional(),
  invariants: z.array(record).optional(),
  attempts: record.optional(),
  allowEmpty: flag,
  recheck: flag,
  actionDir: text.optional(),
  start: flag,
  execute: z.enum(['always', 'unlessReviewed']).optional(),
  attended: z.enum(['terminal', 'ci']).optional(),
};

const troupeMethods: Methods<Troupe> = {
  use: createPlan(z.strictObject(useOptions)),
  fork: createPlan(
    options<Parameters<Troupe['fork']>[0]>()({
      plan: text,
      checkpoint: text.optional(),
      goal: text.optional(),
      profile: text.optional(),
      guidance: text.optional(),
      start: flag,
    }),
  ),
  get: getPlan(text.optional()),
  list: query(options<Parameters<Troupe['list']>[0]>()({ all: flag, children: flag })),
  tree: query(text),
  // Live only: events between two owners would be lost, so the client has to load again.
  events: stream(options<Parameters<Troupe['events']>[0]>()({}), { idempotent: false }),
  // The next owner has other actors: observers have to start again.
  traces: stream(options<Parameters<Troupe['traces']>[0]>()({}), { idempotent: false }),
  addInvariant: command(
    z.union([text, record]),
    z.union([z.strictObject({ plans: z.array(text) }), z.strictObject({ scope: z.enum(['project', 'global']) })]),
  ),
  invariants: query(options<Parameters<Troupe['invariants']>[0]>()({ plan: text.optional() })),
  removeInvariant: command(text),
  workers: query(),
  resume: command(),
  cleanUp: command(
    options<Parameters<Troupe['cleanUp']>[0]>()({
      olderThanMs: z.number().optional(),
      maxBytes: z.number().optional(),
      dryRun: flag,
    }),
  ),
  import: command(text),
};

const actionsMethods: Methods<Actions> = {
  create: command(z.union([text, record]), text.optional()),
  read: query(z.union([text, record]), text.optional()),
  get: query(text),
  list: query(),
};

const diffRange = { from: text.optional(), to: text.optional(), correction: text.optional() };

const applyOptions = options<Parameters<Plan['apply']>[0]>()({
  target: ApplyTarget.optional(),
  from: text.optional(),
  only: z.array(text).optional(),
  discardRest: flag,
  finished: flag,
  subplans: z.array(text).optional(),
  expectedTree: text.optional(),
  commit: CommitTrailers.optional(),
  postApply: PostApplyHook.optional(),
});

const planMethods: Methods<Plan> = {
  record: query(),
  assertFiles: query(),
  execute: command(),
  apply: command(applyOptions),
  previewApply: query(applyOptions),
  approvals: query(),
  approve: command(options<Parameters<Plan['approve']>[0]>()({ approval: text.optional(), always: flag })),
  deny: command(options<Parameters<Plan['deny']>[0]>()({ approval: text.optional(), reason: text.optional() })),
  answer: command(text, options<Parameters<Plan['answer']>[1]>()({ approval: text.optional() })),
  pause: command(),
  resume: command(),
  cancel: command(text.optional()),
  revert: command(text.optional()),
  prompt: command(text),
  sessions: query(),
  decisions: query(options<Parameters<Plan['decisions']>[0]>()({ superseded: flag })),
  rollback: command(text, options<Parameters<Plan['rollback']>[1]>()({ force: flag, dryRun: flag })),
  correct: command(
    text,
    options<Parameters<Plan['correct']>[1]>()({
      guidance: text,
      mode: CorrectionMode.optional(),
      dryRun: flag,
      force: flag,
    }),
  ),
  strategyDraft: query(),
  editStrategy: command(StrategyDraft, options<Parameters<Plan['editStrategy']>[1]>()({ dryRun: flag })),
  corrections: query(),
  toolCalls: query(),
  changes: query(options<Parameters<Plan['changes']>[0]>()(diffRange)),
  diff: query(options<Parameters<Plan['diff']>[0]>()({ ...diffRange, stat: flag, paths: z.array(text).optional() })),
  logs: stream(
    options<Parameters<Plan['logs']>[0]>()({
      follow: flag,
      rests: flag,
      subplans: flag,
      only: z.array(text).optional(),
      output: flag,
      steps: z.array(text).optional(),
      since: text.optional(),
      tail: z.number().optional(),
      after: text.optional(),
    }),
    {
      idempotent: true,
      // Continues after the last line received, without the limit on past lines.
      resumeArgs: ([given], last) => [{ ...Object(given), tail: undefined, after: (last as LogLine).at }],
    },
  ),
  export: stream(options<Parameters<Plan['export']>[0]>()({ files: flag }), { idempotent: false }),
  events: stream(options<Parameters<Plan['events']>[0]>()({ after: text.optional(), rests: flag }), {
    idempotent: true,
    resumeArgs: ([given], last) => [{ ...Object(given), after: (last as { seq: string }).seq }],
  }),
  waitUntilIdle: wait(options<Parameters<Plan['waitUntilIdle']>[0]>()({})),
  result: wait(options<Parameters<Plan['result']>[0]>()({})),
  waitForPreflight: wait(options<Parameters<Plan['waitForPreflight']>[0]>()({})),
};

const checkpointMethods: Methods<PlanCheckpoints> = {
  list: query(),
  get: query(text),
  create: command(text.optional()),
  delete: command(text),
};

const conflictMethods: Methods<PlanConflicts> = {
  list: query(),
  get: query(text),
  texts: query(),
  mergedAdjacent: query(),
  resolve: command(
    text,
    z.union([
      z.enum(['ours', 'theirs', 'base', 'both']),
      z.strictObject({ content: z.instanceof(Buffer) }),
      z.strictObject({ actor: AgentRef.nullable() }),
    ]),
    options<Parameters<Plan['conflicts']['resolve']>[2]>()({ hunk: z.number().optional() }),
  ),
};

const reviewMethods: Methods<PlanReview> = {
  files: query(),
  reject: command(
    z.array(z.strictObject({ part: text, reason: text })),
    options<Parameters<Plan['review']['reject']>[1]>()({ dryRun: flag, force: flag }),
  ),
};

/** The groups of methods of a plan. */
export const planGroups = ['checkpoints', 'conflicts', 'review'] as const;

export const methods = {
  ...{ troupe: troupeMethods, actions: actionsMethods, plan: planMethods },
  ...{ checkpoints: checkpointMethods, conflicts: conflictMethods, review: reviewMethods },
} as const;

export type Target = keyof typeof methods;

/** Returns the method of that name, if there is one. */
export function findMethod(to: Target, name: string): Method | undefined {
  const table: Readonly<Record<string, Method>> = methods[to];
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
