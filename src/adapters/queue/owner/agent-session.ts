/**
 * The owner's end of the line of one job of an agent. What was asked is kept: when a worker dies and another one begins again, it
 * gets the same answers, as an agent does after a crash of the owner.
 */
import { TroupeError } from '../../../model/errors.ts';
import type { AgentWork } from '../../../ports/dispatcher.ts';
import type { FromWorker, Published, TaskRequest, ToWorker } from '../messages.ts';
import { type Outcome, outcomeOf, resultOf } from '../outcome.ts';
import type { SessionFiles } from './session-files.ts';
import type { SessionReports } from './session-reports.ts';

interface AgentSessionOptions {
  task: AgentWork['task'];
  reports: SessionReports;
  /** null for an agent without a folder. */
  files: SessionFiles | null;
  send(worker: string, message: ToWorker): void;
}

type Performed = Extract<FromWorker, { type: 'performed' }>;

interface Asked {
  request: TaskRequest;
  /** null while it is worked on. */
  answer: { outcome: Outcome<unknown>; tree: Published | null } | null;
  performed: ((message: Performed) => void) | null;
}

export interface AgentJobSession {
  receive(message: FromWorker): void;
  /** Resolves when this process knows the answers that one before it gave. */
  repeated(): Promise<void>;
}

export function createAgentSession(options: AgentSessionOptions): AgentJobSession {
  const { task, reports, files, send } = options;
  const asked: Asked[] = [];
  const repeating = new Set<Promise<void>>();
  let current = { attempt: 0, worker: '', job: '' };

  const reply = (id: number, type: 'reply' | 'perform') => {
    const { job, attempt, worker } = current;
    const answer = asked[id - 1]?.answer;
    if (type === 'perform') send(worker, { job, attempt, type, id });
    else if (answer) send(worker, { job, attempt, type, id, ...answer });
  };
  const perform = async (id: number, entry: Asked): Promise<unknown> => {
    const { outcome, tree } = await new Promise<Performed>(resolve => {
      entry.performed = resolve;
      reply(id, 'perform');
    });
    entry.performed = null;
    await files?.adopt(tree);
    return resultOf(outcome);
  };
  const answer = async (id: number, entry: Asked, tree: Published | null) => {
    const { method } = entry.request;
    if (method === 'call') await files?.adopt(tree);
    const outcome = await outcomeOf(async () => (await actOn(task, entry.request, () => perform(id, entry))) ?? null);
    const changesFiles = method !== 'permit' && method !== 'ask';
    entry.answer = { outcome, tree: changesFiles && files !== null ? await files.publish() : null };
  };
  const onRequest = ({ id, request, tree, isAnswered }: Extract<FromWorker, { type: 'request' }>) => {
    const before = asked[id - 1];
    if (before !== undefined && JSON.stringify(before.request) === JSON.stringify(request)) {
      if (before.answer !== null) reply(id, 'reply');
      else if (before.performed !== null) reply(id, 'perform');
      return;
    }
    // It does something else than the attempt before.
    asked.length = Math.min(asked.length, id - 1);
    const entry: Asked = { request, answer: null, performed: null };
    asked[id - 1] = entry;
    const answered = answer(id, entry, isAnswered ? null : tree)
      .catch(thrown => {
        entry.answer = { outcome: { error: TroupeError.serialize(thrown) }, tree: null };
      })
      .then(() => reply(id, 'reply'))
      .finally(() => repeating.delete(answered));
    if (isAnswered) repeating.add(answered);
  };

  const receive = (message: FromWorker) => {
    const { attempt, worker, job } = message;
    if (attempt < current.attempt) return send(worker, { type: 'stop', job, attempt });
    if (attempt > current.attempt) {
      if (current.attempt > 0) task.log(`worker ${worker} begins it again: the one before is gone`);
      current = { attempt, worker, job };
      reports.restart();
    }
    if (message.type === 'request') onRequest(message);
    else if (message.type === 'report') reports.receive(message);
    else asked[message.id - 1]?.performed?.(message);
  };
  return {
    receive,
    async repeated() {
      await Promise.all(repeating);
    },
  };
}

function actOn(task: AgentWork['task'], request: TaskRequest, perform: () => Promise<unknown>): Promise<unknown> {
  switch (request.method) {
    case 'call':
      return task.call(request.tool, request.input, { foundBy: request.foundBy });
    case 'permit':
      return task.permit(request.tool, request.input);
    case 'once':
      return task.once(request.name, perform);
    case 'ask':
      return task.ask(request.name, perform as Parameters<typeof task.ask>[1]);
    case 'restart':
      return task.session?.restart() ?? Promise.resolve();
  }
}
