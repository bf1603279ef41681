/**
 * Tells a person's own program, or an address of theirs, that they are needed: once per need, and of several that come together
 * in one call.
 * - I1 what waited before anybody looked is not told: it is there to be seen.
 * - I2 one call at a time, and never one that outlives its limit: a program that hangs holds up nothing.
 * - I3 a program that fails changes nothing of any plan; it is said once.
 * - I4 only the process that has the store tells, so that two windows are not two calls.
 */
import * as z from 'zod';
import { attentionItems, type LiveView, type PlanViews, type Troupe, watchPlans } from '../../index.ts';
import { sanitizeLine, truncate } from '../../presentation/sanitize.ts';
import type { Io } from '../io.ts';

const notificationStates = ['needs-approval', 'conflict', 'failed', 'done'] as const;
type NotificationState = (typeof notificationStates)[number];

/** What a configuration says of it. */
export const NotifySettings = z
  .strictObject({
    /** The program and its words; a sentence is added as the last. */
    command: z
      .tuple([z.string().min(1)])
      .rest(z.string())
      .optional(),
    /** An address that is sent the same by POST, as JSON. */
    webhook: z.url({ protocol: /^https?$/ }).optional(),
    /** Of what they want to hear. */
    on: z.array(z.enum(notificationStates)).default([...notificationStates]),
  })
  .refine(
    ({ command, webhook }) => command !== undefined || webhook !== undefined,
    'names neither command nor webhook',
  );
export type NotifySettings = z.infer<typeof NotifySettings>;

/** What a program is given, as JSON, on its standard input, and an address as the body. */
interface Notification {
  plan_id: string;
  state: NotificationState;
  goal: string;
}

export interface NotifyOptions {
  troupe: Troupe;
  notify: NotifySettings;
  io: Pick<Io, 'notify' | 'post'>;
  /** Whether this process has the store now. */
  owns(): boolean;
  warn(text: string): void;
  /** Once it aborts nothing more is told, and no call is waited for. */
  signal: AbortSignal;
  /** Milliseconds between two calls at least. @default 1000 */
  paceMs?: number;
}

/** How long a program may take. */
const limitMs = 10_000;
/** Longer goals are cut in the sentence; they are told whole on standard input. */
const columnsMax = 80;

/** Looks at where all plans are, then tells of what comes; what came last is told before it is closed. */
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
    // An address may hold a token in its path: the host says enough.
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

/** Where all plans are: the first that is shown is what was looked at, or why nothing can be. */
async function firstViews(watch: LiveView): Promise<PlanViews> {
  let tell = () => {};
  const shown = new Promise<void>(resolve => {
    tell = resolve;
  });
  watch.subscribe(() => tell());
  await shown;
  return watch.snapshot();
}

const stateOf = {
  consent: 'needs-approval',
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
  // A plan that landed by itself asks for nothing, and is what somebody waited for.
  const landed = Object.values(plans).filter(({ state, depth }) => state === 'applied' && depth === 0);
  return [...needs, ...landed.map(({ planId, goal }): Notification => ({ plan_id: planId, state: 'done', goal }))];
}

/** That these are done was told where a person lets them land: no news when they have. */
const applyingKeys = ({ plans }: PlanViews) =>
  Object.values(plans)
    .filter(({ phase }) => phase === 'apply')
    .map(({ planId }) => notificationKey({ plan_id: planId, state: 'done' }));

const notificationKey = ({ plan_id, state }: Pick<Notification, 'plan_id' | 'state'>) => `${plan_id} ${state}`;

function summaryOf([first, ...others]: [Notification, ...Notification[]]): string {
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `${truncate(sanitizeLine(first.goal), columnsMax)}: ${first.state}${more}`;
}
