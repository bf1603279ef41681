/**
 * Notifies your program, or a webhook, when plans need you: once per need, several needs at the same time in one
 * call.
 * - I1 needs that existed before the start are not notified;
 * - I2 one call at a time, each with a time limit: a program that hangs blocks nothing;
 * - I3 a program that fails does not affect plans; the failure is reported once;
 * - I4 only the process that owns the store notifies, so that two clients do not notify twice.
 */
import * as z from 'zod';
import { attentionItems, type LiveView, type PlanViews, type Troupe, watchPlans } from '../../index.ts';
import { sanitizeLine, truncate } from '../../presentation/sanitize.ts';
import type { Io } from '../io.ts';

const notificationStates = ['needs-approval', 'conflict', 'failed', 'done'] as const;
type NotificationState = (typeof notificationStates)[number];

/** Settings of notifications. */
export const NotifySettings = z
  .strictObject({
    /** The program and its arguments; a sentence is added as the last one. */
    command: z
      .tuple([z.string().min(1)])
      .rest(z.string())
      .optional(),
    /** A URL that receives the same as JSON, by POST. */
    webhook: z.url({ protocol: /^https?$/ }).optional(),
    /** The states to notify. */
    on: z.array(z.enum(notificationStates)).default([...notificationStates]),
  })
  .refine(
    ({ command, webhook }) => command !== undefined || webhook !== undefined,
    'names neither command nor webhook',
  );
export type NotifySettings = z.infer<typeof NotifySettings>;

/** The JSON for the program's standard input, and for the body of the webhook. */
interface Notification {
  plan_id: string;
  state: NotificationState;
  goal: string;
}

export interface NotifyOptions {
  troupe: Troupe;
  notify: NotifySettings;
  io: Pick<Io, 'notify' | 'post'>;
  /** Whether this process owns the store now. */
  owns(): boolean;
  warn(text: string): void;
  /** Aborting stops notifications without waiting for a running call. */
  signal: AbortSignal;
  /** Minimum milliseconds between two calls. @default 1000 */
  paceMs?: number;
}

/** Time limit of a program, in milliseconds. */
const limitMs = 10_000;
/** Longer goals are truncated in the sentence; standard input has them in full. */
const columnsMax = 80;

/** Reads the state of all plans, then notifies about changes; closing sends the last ones first. */
export async function startNotifications(options: NotifyOptions): Promise<AsyncDisposable> {
  const { troupe, notify, io, owns, warn, signal, paceMs = 1000 } = options;
  const watch = watchPlans(troupe, { intervalMs: paceMs });
  let known = new Set(notificationsIn(await firstViews(watch)).map(notificationKey));
  let calls: Promise<void> = Promise.resolve();
  const warned = new Set<string>();

  const see = (views: PlanViews) => {
    if (!views.loaded) return;
    const notices = notificationsIn(views);
    const fresh = notices.filter(notice => !known.has(notificationKey(notice)) && notify.on.includes(notice.state));
    known = new Set([...notices.map(notificationKey), ...applyingKeys(views).filter(key => known.has(key))]);
    const [first] = fresh;
    if (first !== undefined && owns()) calls = calls.then(() => call([first, ...fresh.slice(1)]));
  };
  const call = async (notices: [Notification, ...Notification[]]) => {
    const { command, webhook } = notify;
    const body = JSON.stringify(notices);
    if (command !== undefined) {
      const asked = io.notify([...command, summaryOf(notices)], body, limitMs);
      const trouble = asked.then(
        exitCode => (exitCode === 0 ? null : `ended with ${exitCode}`),
        (thrown: Error) => `does not start: ${thrown.message}`,
      );
      reportFailure(command[0], await trouble);
    }
    if (webhook === undefined) return;
    const answered = io.post(webhook, body, limitMs);
    const trouble = answered.then(
      status => (status >= 200 && status < 300 ? null : `answered ${status}`),
      (thrown: Error) => `was not reached: ${thrown.message}`,
    );
    // The path of a URL may contain a token: report the host only.
    reportFailure(new URL(webhook).host, await trouble);
  };
  const reportFailure = (who: string, trouble: string | null) => {
    if (trouble === null || warned.has(who)) return;
    warned.add(who);
    warn(`notify: ${who} ${trouble}`);
  };

  watch.subscribe(() => see(watch.snapshot()));
  return {
    async [Symbol.asyncDispose]() {
      await watch.close();
      if (signal.aborted || !owns()) return;
      await using last = watchPlans(troupe);
      see(await firstViews(last));
      await calls;
    },
  };
}

/** Resolves with the first loaded state, or with why there is none. */
async function firstViews(watch: LiveView): Promise<PlanViews> {
  let notifyLater = () => {};
  const shown = new Promise<void>(resolve => {
    notifyLater = resolve;
  });
  watch.subscribe(() => notifyLater());
  await shown;
  return watch.snapshot();
}

const stateOf = {
  'tool-approval': 'needs-approval',
  approval: 'needs-approval',
  constrained: 'needs-approval',
  refused: 'failed',
} as const;

function notificationsIn({ plans }: PlanViews): Notification[] {
  const needs = attentionItems(plans).flatMap(({ planId, kind, goal }): Notification[] => {
    if (kind === 'paused') return [];
    const state = kind === 'conflict' || kind === 'failed' || kind === 'done' ? kind : stateOf[kind];
    return [{ plan_id: planId, state, goal }];
  });
  // A plan that was applied automatically needs nothing, but its user waits for that.
  const applied = Object.values(plans).filter(({ state, depth }) => state === 'applied' && depth === 0);
  return [...needs, ...applied.map(({ planId, goal }): Notification => ({ plan_id: planId, state: 'done', goal }))];
}

/** These were reported as done, so their apply is not reported again. */
const applyingKeys = ({ plans }: PlanViews) =>
  Object.values(plans)
    .filter(({ phase }) => phase === 'apply')
    .map(({ planId }) => notificationKey({ plan_id: planId, state: 'done' }));

const notificationKey = ({ plan_id, state }: Pick<Notification, 'plan_id' | 'state'>) => `${plan_id} ${state}`;

function summaryOf([first, ...others]: [Notification, ...Notification[]]): string {
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `${truncate(sanitizeLine(first.goal), columnsMax)}: ${first.state}${more}`;
}
