/** Queries of pages, and the commands they may send. */
import { assertStarted, commandHint, type Plan, redact, type Troupe, TroupeError } from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { workerText } from '../../presentation/worker-text.ts';
import type { CheckpointPosition, WorkerLine } from '../state/events.ts';
import { type MachineCharts, toActorPosition } from './machine-charts.ts';
import type { PageCommand, Query } from './requests.ts';

export interface RequestHandler {
  query(about: Query): Promise<unknown>;
  execute(order: PageCommand): Promise<unknown>;
}

/** Maximum length of a diff in an answer. */
const textMax = 400_000;

/** @param troupe null when there are only actors */
export function createRequestHandler(
  troupe: Troupe | null,
  { control, charts }: { control: boolean; charts: MachineCharts },
): RequestHandler {
  const planOf = (id: string): Promise<Plan> => {
    if (troupe === null) throw new TroupeError('UNKNOWN_PLAN', 'There are no plans here', { where: id });
    return troupe.get(id);
  };
  return {
    async query(about) {
      if (about.what === 'chart') return charts.layout(about.machine);
      if (about.what === 'workers') return listWorkers(troupe);
      return redactDeep(await answerQuery(await planOf(about.plan), about));
    },
    async execute(order) {
      if (!control) {
        throw new TroupeError('USAGE', 'This page is read-only: start `troupe inspect --control` to send commands', {
          hints: [commandHint('inspect', { options: { control: true } })],
        });
      }
      return executeCommand(troupe, await planOf(order.plan), order);
    },
  };
}

type PlanQuery = Exclude<Query, { what: 'chart' | 'workers' }>;

async function answerQuery(plan: Plan, about: PlanQuery): Promise<unknown> {
  switch (about.what) {
    case 'decisions':
      return plan.decisions({ superseded: true });
    case 'checkpoints':
      return plan.checkpoints.list();
    case 'state': {
      const { checkpoint, state } = await plan.checkpoints.get(about.checkpoint);
      return { checkpointId: checkpoint.checkpointId, actor: toActorPosition(state) } satisfies CheckpointPosition;
    }
    case 'conflicts':
      return plan.conflicts.list();
    case 'conflict': {
      const { content, ...conflict } = await plan.conflicts.get(about.conflict);
      return { ...conflict, content: content === null ? null : truncateText(content.toString('utf8')) };
    }
    case 'diff': {
      const { from, to } = about;
      return truncateText(await plan.diff(omitUndefined({ from, to })));
    }
  }
}

/** One line for each. A queue that cannot be reached is one line too: the page asks again. */
async function listWorkers(troupe: Troupe | null): Promise<WorkerLine[]> {
  try {
    const workers = (await troupe?.workers()) ?? [];
    return workers.map(worker => ({ id: worker.id, text: workerText(worker) }));
  } catch (thrown) {
    TroupeError.assert(thrown);
    return [{ id: thrown.code, text: thrown.message }];
  }
}

async function executeCommand(troupe: Troupe | null, plan: Plan, order: PageCommand): Promise<unknown> {
  switch (order.do) {
    case 'execute':
      await plan.execute();
      return assertStarted(await plan.waitForPreflight());
    case 'approve':
      return plan.approve({ approval: order.approval });
    case 'deny':
      return plan.deny({ approval: order.approval, reason: 'denied in the inspector' });
    case 'answer':
      return plan.answer(order.text, { approval: order.approval });
    case 'apply':
      await plan.apply();
      return assertStarted(await plan.waitForPreflight());
    case 'pause':
      return plan.pause();
    case 'resume':
      await plan.resume();
      return assertStarted(await plan.waitForPreflight());
    case 'cancel':
      return plan.cancel('cancelled from the inspector');
    case 'rollback':
      return plan.rollback(order.checkpoint, { dryRun: order.dryRun });
    case 'fork': {
      const made = await troupe?.fork({ plan: plan.id, checkpoint: order.checkpoint });
      if (made !== undefined) assertStarted(await made.waitForPreflight());
      return { planId: made?.id };
    }
    case 'resolve':
      return plan.conflicts.resolve(order.conflict, order.take, omitUndefined({ hunk: order.hunk }));
  }
}

const truncateText = (text: string) =>
  text.length > textMax ? `${text.slice(0, textMax)}\n… ${text.length - textMax} more characters\n` : text;

/** Returns plain data without credentials: file contents were not redacted before. */
function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redact(value, new Set());
  if (Array.isArray(value)) return value.map(redactDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item)]));
}
