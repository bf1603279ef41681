/** The tool calls of one run of an agent: each is a durable step. */
import type { EffectContext } from '../../src/durable/effect.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { JournaledCall } from '../../src/model/rollback-history.ts';
import { type RecordedSpawn, spawnsIn } from '../../src/model/spawn.ts';
import type { Project } from '../../src/ports/project.ts';
import { checkAfterCall } from '../invariants/check-after-call.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import { pruneCheckpoints, pruneEvery } from '../sandbox/prune-checkpoints.ts';
import type { EffectServices, RecordedToolCall, ToolSession } from '../services.ts';
import type { AgentJob } from './agent-job.ts';
import type { Mentions } from './mentions.ts';

export interface CallRecord {
  /** The position or key of the call that is being made; there is one at a time. */
  readonly current: number | string;
  /** How many calls were made. */
  readonly count: number;
  /** The position or key of each call, in order. */
  readonly made: readonly (number | string)[];
  /** The decisions of the calls, in order. */
  readonly decisions: DecisionDraft[];
  /** Subplans recorded so far; grows with the calls. */
  readonly spawns: RecordedSpawn[];
  /** The files after the last call, where calls alone change files and it captured them; otherwise null. */
  readonly tree: string | null;
  /** Runs a call, or returns the one recorded before. After a crash the sandbox gets the tree after it. */
  around: ToolSession['around'];
  /** Counts a call that is recorded, as if it was made again. */
  repeat(at: number | string): Promise<void>;
  /** Creates a checkpoint within the current call. */
  checkpoint: ToolSession['checkpoint'];
}

export interface CallRecordOptions {
  services: EffectServices;
  context: EffectContext<unknown>;
  job: AgentJob;
  mentions: Mentions;
  /** Whether files may change without a call. */
  mayChangeFiles: boolean;
  /** Subplans recorded before this run. */
  spawns: readonly RecordedSpawn[];
  /** Called with each call once it is recorded. */
  onRecorded(done: RecordedToolCall): void;
}

export function createCallRecord(options: CallRecordOptions): CallRecord {
  const { services, context, job, mentions } = options;
  const { spec, sandbox } = job;
  const { project } = resolveProject(services, spec);
  const findAnswered = answeredCalls(job.answered ?? []);
  const decisions: DecisionDraft[] = [];
  const spawns = [...options.spawns];
  const made: (number | string)[] = [];
  let tree: string | null = null;
  let current: { at: number | string; checkpoints: number } = { at: 0, checkpoints: 0 };

  const accept = (at: number | string, done: RecordedToolCall): RecordedToolCall => {
    made.push(at);
    mentions.call(done.call);
    decisions.push(...done.decisions);
    spawns.push(...spawnsIn(done.decisions));
    return done;
  };
  const afterCall = async (at: number | string, done: RecordedToolCall, isLive: boolean) => {
    await followCall(options, { at, done, isLive, isPruning: made.length % pruneEvery === pruneEvery - 1 });
    if (!options.mayChangeFiles) tree = done.tree;
    return accept(at, done);
  };
  return {
    get current() {
      return current.at;
    },
    get count() {
      return made.length;
    },
    made,
    get tree() {
      return tree;
    },
    decisions,
    spawns,
    async around(at, writes, run) {
      tree = null;
      const before = findAnswered(at);
      if (before !== undefined) return accept(at, { ...before, checkpoints: [], tree: null });
      let live = false;
      const done = await context.step<RecordedToolCall>(
        callStep(at),
        async () => {
          live = true;
          current = { at, checkpoints: 0 };
          const result = await run();
          return { ...result, tree: writes ? await treeAfter(result, job, project) : null };
        },
        {
          emit: result => callEvents(job, result),
          // A strategy only reads, and a fix counts as a round: only execution reports steps.
          sendToParent: () => (job.role === 'execution' ? [{ type: 'step.completed', step: made.length }] : []),
        },
      );
      return afterCall(at, done, live);
    },
    async repeat(at) {
      const before = findAnswered(at);
      if (before !== undefined) accept(at, { ...before, checkpoints: [], tree: null });
      const done = context.recordedResult<RecordedToolCall>(callStep(at));
      if (before === undefined && done !== undefined) await afterCall(at, done, false);
    },
    checkpoint(trigger, label, tool) {
      const mark = `${context.key}/call-${current.at}-${current.checkpoints++}`;
      return createCheckpoint(services, spec, { key: sandbox.key, mark, trigger, label, tool });
    },
  };
}

/** What follows a call, whether it was made or is repeated. */
async function followCall(
  { services, context, job, onRecorded }: CallRecordOptions,
  { at, done, isLive, isPruning }: { at: number | string; done: RecordedToolCall; isLive: boolean; isPruning: boolean },
): Promise<void> {
  const { spec, sandbox } = job;
  const { project } = resolveProject(services, spec);
  if (!isLive && done.tree !== null) await project.restore({ key: sandbox.key, tree: done.tree });
  if (done.tree !== null) await checkAfterCall(services, context, job, { at, tree: done.tree });
  if (isLive && isPruning) await pruneCheckpoints(services, context, spec);
  onRecorded(done);
}

const callPrefix = 'call/';
const callStep = (at: number | string): string => `${callPrefix}${at}`;

/** Returns the positions and keys of the calls that are recorded, in the order in which they were made. */
export function recordedCalls(
  context: Pick<EffectContext<unknown>, 'recordedSteps' | 'recordedResult'>,
): (number | string)[] {
  const names = context.recordedSteps().filter(name => name.startsWith(callPrefix));
  const calls = names.map(name => {
    const at = name.slice(callPrefix.length);
    const startedAt = context.recordedResult<RecordedToolCall>(name)?.call.startedAt ?? '';
    return { at: /^\d+$/.test(at) ? Number(at) : at, startedAt };
  });
  const order = ({ at, startedAt }: (typeof calls)[number]) =>
    typeof at === 'number' ? String(at).padStart(9, '0') : startedAt;
  return calls.sort((a, b) => (order(a) < order(b) ? -1 : 1)).map(({ at }) => at);
}

/** The tree after a call: its own last checkpoint has it, or it is captured. */
async function treeAfter(
  { checkpoints }: Pick<RecordedToolCall, 'checkpoints'>,
  { sandbox }: AgentJob,
  project: Project,
): Promise<string> {
  const last = checkpoints.at(-1);
  return last?.trigger === 'afterToolExecute' ? last.treeOid : (await project.capture({ key: sandbox.key })).tree;
}

/** Calls of before a rollback, found by their position, or by their key. */
function answeredCalls(calls: readonly JournaledCall[]): (at: number | string) => JournaledCall | undefined {
  const positioned = calls.filter(({ call }) => call.key === undefined);
  const keyed = new Map(calls.flatMap(each => (each.call.key === undefined ? [] : [[each.call.key, each] as const])));
  return at => (typeof at === 'number' ? positioned[at] : keyed.get(at));
}

function callEvents({ spec, role }: AgentJob, result: RecordedToolCall) {
  return [
    ...checkpointsOf(result, spec, true),
    { type: 'tool.called', planId: spec.planId, role, call: result.call, decisions: result.decisions },
    ...checkpointsOf(result, spec, false),
  ];
}

/** Returns the checkpoints created before, or after, their call. */
function checkpointsOf({ checkpoints }: RecordedToolCall, { planId }: PlanSpec, before: boolean) {
  return checkpoints
    .filter(({ trigger }) => (trigger === 'beforeToolExecute') === before)
    .map(checkpoint => ({ type: 'checkpoint.created', planId, checkpoint }));
}
