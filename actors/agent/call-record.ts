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
  /** Counts a call whose result is recorded, and that is not made again. */
  repeat(at: number | string): void;
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
  const { services, context, job, mentions, onRecorded } = options;
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
      if (!live && done.tree !== null) await project.restore({ key: sandbox.key, tree: done.tree });
      if (done.tree !== null) await checkAfterCall(services, context, job, { at, tree: done.tree });
      if (!options.mayChangeFiles) tree = done.tree;
      if (live && made.length % pruneEvery === pruneEvery - 1) await pruneCheckpoints(services, context, spec);
      onRecorded(done);
      return accept(at, done);
    },
    repeat(at) {
      const done = findAnswered(at) ?? context.recordedResult<RecordedToolCall>(callStep(at));
      if (done !== undefined) accept(at, { ...done, checkpoints: [], tree: null });
    },
    checkpoint(trigger, label, tool) {
      const mark = `${context.key}/call-${current.at}-${current.checkpoints++}`;
      return createCheckpoint(services, spec, { key: sandbox.key, mark, trigger, label, tool });
    },
  };
}

const callStep = (at: number | string): string => `call/${at}`;

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
