/**
 * The worker's end of the line of one attempt at a job. Requests are kept: an owner that was started again gets all of them, in
 * order, and so learns how far the work is.
 */
import type { Sender } from '../line.ts';
import type { FromWorker, Published, Report, TaskRequest, ToWorker } from '../messages.ts';
import { type Outcome, outcomeOf, resultOf } from '../outcome.ts';
import type { WorkFolder } from './work-folder.ts';

export interface JobLine {
  /** Asks the owner. `act` is what a `once` or an `ask` does here. @throws {TroupeError} the owner's error; why the attempt was stopped */
  request(request: TaskRequest, act?: () => Promise<unknown>): Promise<unknown>;
  report(report: Report): void;
  /** The number of reports so far. */
  reports(): number;
  /** The number of calls of tools so far. */
  calls(): number;
  receive(message: ToWorker): void;
  /** From now on, files travel with requests. */
  withFolder(folder: WorkFolder): void;
  close(): void;
}

interface JobLineOptions {
  job: string;
  attempt: number;
  worker: string;
  /** Stops the attempt: what it asked for has no answer any more. */
  signal: AbortSignal;
  /** Sends to the current inbox of the owner. */
  sender(): Sender<FromWorker>;
  /** The owner has another inbox. */
  onAttach(inbox: string): void;
  onStop(): void;
  /** Milliseconds after which an unanswered request is sent again, in case the server lost it. @default 30_000 */
  resendMs?: number;
}

interface Reply {
  outcome: Outcome<unknown>;
  tree: Published | null;
}

interface Asked {
  id: number;
  request: TaskRequest;
  tree: Published | null;
  isAnswered: boolean;
  act: (() => Promise<unknown>) | undefined;
  performed: Promise<Reply> | null;
  answer(reply: Reply): void;
  fail(error: unknown): void;
}

export function createJobLine(options: JobLineOptions): JobLine {
  const { job, attempt, worker, signal, sender, onAttach, onStop, resendMs = 30_000 } = options;
  const asked: Asked[] = [];
  let folder: WorkFolder | null = null;
  let reports = 0;
  let lastCall: Promise<unknown> = Promise.resolve();
  const of = { job, attempt, worker };
  const send = ({ id, request, tree, isAnswered }: Asked) =>
    sender().send({ ...of, type: 'request', id, request, tree, isAnswered });
  const resend = setInterval(() => asked.filter(({ isAnswered }) => !isAnswered).forEach(send), resendMs);
  signal.addEventListener('abort', () => failAll(asked, signal.reason));

  const ask = async (request: TaskRequest, act?: () => Promise<unknown>) => {
    const tree = request.method === 'call' && folder !== null ? await folder.publish() : null;
    signal.throwIfAborted();
    const reply = await new Promise<Reply>((answer, fail) => {
      const entry = { id: asked.length + 1, request, tree, isAnswered: false, act, performed: null, answer, fail };
      asked.push(entry);
      send(entry);
    });
    if (reply.tree !== null && folder !== null) await folder.adopt(reply.tree);
    return resultOf(reply.outcome);
  };

  const perform = async (entry: Asked) => {
    entry.performed ??= outcomeOf(entry.act ?? (async () => undefined)).then(async outcome => ({
      outcome,
      tree: folder === null ? null : await folder.publish(),
    }));
    const done = await entry.performed;
    sender().send({ ...of, type: 'performed', id: entry.id, ...done });
  };

  return {
    async request(request, act) {
      if (request.method !== 'call') return ask(request, act);
      // Calls take turns: each may change the files for the next one.
      const call = lastCall.then(() => ask(request));
      lastCall = call.catch(() => undefined);
      return call;
    },
    report(report) {
      reports += 1;
      sender().send({ ...of, type: 'report', n: reports, report });
    },
    reports: () => reports,
    calls: () => asked.filter(({ request }) => request.method === 'call').length,
    withFolder(given) {
      folder = given;
    },
    receive(message) {
      if (message.type === 'stop') return onStop();
      if (message.type === 'attach') {
        onAttach(message.inbox);
        for (const each of asked) send(each);
        return;
      }
      const entry = asked[message.id - 1];
      if (entry === undefined || entry.isAnswered) return;
      if (message.type === 'perform') {
        void perform(entry).catch(onStop);
      } else {
        entry.isAnswered = true;
        entry.answer(message);
      }
    },
    close: () => clearInterval(resend),
  };
}

function failAll(asked: readonly Asked[], reason: unknown): void {
  for (const { fail } of asked) fail(reason);
}
