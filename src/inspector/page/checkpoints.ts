import { formatDuration } from '../../presentation/duration.ts';
import { formatClock, idTail } from '../view/format.ts';
import { toUnifiedDiffLines } from '../view/unified-diff.ts';
import { createCheckpointState } from './checkpoint-state.ts';
import { announce, confirmAndSend, sendCommand } from './commands.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import { createPlanPicker } from './plan-picker.ts';
import { createCachedQuery } from './query-cache.ts';
import type { PageSession } from './session.ts';
import type { CreateView } from './view.ts';

interface Checkpoint {
  checkpointId: string;
  label: string | null;
  trigger: string;
  tool: string | null;
  treeOid: string;
  createdAt: string;
}

interface Preview {
  reverted?: { file: string; action: string }[];
  changes?: { file: string; action: string }[];
  decisions?: unknown[];
  childPlanIds?: string[];
}

/** Checkpoints on a time axis: the states at them, their differences, and rollbacks. */
export const createCheckpointsView: CreateView = session => {
  const list = createCachedQuery<Checkpoint[]>();
  const diff = createCachedQuery<string>();
  let drawn = '';
  const picker = createPlanPicker(session, 'Plan whose checkpoints are shown');
  const slider = createCheckpointSlider(() => update());
  const states = createCheckpointState(session);
  const head = createElement('div', { className: 'checkpoint' });
  const body = createElement('div', {
    className: 'diff',
    tabIndex: 0,
    role: 'region',
    aria: { label: 'What changed since' },
  });
  const update = () => {
    picker.update();
    const { plan, store } = session;
    if (plan === null) return;
    const last = store.planEvents.findLast(
      ({ planId, name }) => planId === plan && /^(?:checkpoint|plan)\./.test(name),
    );
    const version = last?.seq ?? '';
    list.load(`${plan} ${version}`, () => session.connection.query({ what: 'checkpoints', plan }), update);
    const all = list.value ?? [];
    const place = slider.show(all);
    const checkpoint = all[place];
    const isLive = session.state.kind !== 'report';
    const about =
      checkpoint !== undefined && isLive
        ? { what: 'diff', plan, from: checkpoint.checkpointId, to: plan }
        : { what: 'diff', plan };
    diff.load(`${plan}/${checkpoint?.checkpointId ?? ''} ${version}`, () => session.connection.query(about), update);
    states.show(checkpoint === undefined ? null : { plan, name: nameOf(checkpoint), ...checkpoint });
    const state = JSON.stringify([
      checkpoint,
      place,
      all.length,
      diff.value?.length,
      diff.problem,
      session.control,
      plan,
      Math.floor(session.now() / 10_000),
    ]);
    if (state === drawn) return;
    drawn = state;
    drawHead(head, session, { plan, checkpoint, place, count: all.length });
    drawDiff(body, diff.value, diff.problem, isLive && checkpoint !== undefined);
  };
  const marks = createElement('div', { className: 'scrub' }, picker.element, slider.element);
  const content = createElement('div', { className: 'checkpoint-content' }, states.element, body);
  return {
    name: 'Checkpoints',
    plans: true,
    element: createElement('div', { className: 'part checkpoints' }, marks, head, content),
    update,
  };
};

/** Selects one of the checkpoints, which stay in order of time; the first one at the start. */
function createCheckpointSlider(changed: () => void) {
  let checkpoints: readonly Checkpoint[] = [];
  let chosen: string | null = null;
  const element = createElement('input', {
    type: 'range',
    min: '0',
    step: '1',
    className: 'scrubber',
    aria: { label: 'Checkpoint' },
    oninput: () => {
      chosen = checkpoints[Number(element.value)]?.checkpointId ?? null;
      changed();
    },
  });
  return {
    element,
    /** Shows the checkpoints and returns the index of the selected one, or -1 if there is none. */
    show(all: readonly Checkpoint[]): number {
      checkpoints = all;
      const known = all.findIndex(({ checkpointId }) => checkpointId === chosen);
      const place = known === -1 ? Math.min(0, all.length - 1) : known;
      const checkpoint = all[place];
      element.max = String(Math.max(0, all.length - 1));
      element.value = String(Math.max(0, place));
      element.disabled = all.length < 2;
      element.setAttribute('aria-valuetext', checkpoint === undefined ? 'none' : nameOf(checkpoint));
      return place;
    },
  };
}

const nameOf = ({ label, trigger, tool }: Checkpoint) =>
  label ?? `${trigger.replace(/[A-Z]/g, sign => ` ${sign.toLowerCase()}`)}${tool === null ? '' : ` ${tool}`}`;

function drawHead(
  head: HTMLElement,
  session: PageSession,
  {
    plan,
    checkpoint,
    place,
    count,
  }: { plan: string; checkpoint: Checkpoint | undefined; place: number; count: number },
): void {
  if (checkpoint === undefined) {
    replaceChildren(head, createElement('p', { className: 'calm' }, 'There are no checkpoints yet.'));
    return;
  }
  const at = Date.parse(checkpoint.createdAt);
  const back = () => void rollBack(session, plan, checkpoint);
  const fork = () => void sendCommand(session, { do: 'fork', plan, checkpoint: checkpoint.checkpointId });
  replaceChildren(
    head,
    createElement(
      'div',
      {},
      createElement('h2', {}, nameOf(checkpoint)),
      createElement(
        'p',
        { className: 'small' },
        `${place + 1} of ${count} · ${formatClock(at)}, ${formatDuration(session.now() - at)} ago · `,
        createElement('code', {}, idTail(checkpoint.checkpointId)),
      ),
    ),
    session.control
      ? createElement(
          'div',
          { className: 'buttons' },
          createButton('Fork from here', fork),
          createButton('Roll back…', back),
        )
      : createElement(
          'p',
          { className: 'hints' },
          createElement('code', {}, `troupe plan rollback ${idTail(checkpoint.checkpointId)} --plan ${idTail(plan)}`),
        ),
  );
}

/** Shows a dry run first, then rolls back after confirmation. */
async function rollBack(session: PageSession, plan: string, checkpoint: Checkpoint): Promise<void> {
  const order = { do: 'rollback', plan, checkpoint: checkpoint.checkpointId };
  let preview: Preview;
  try {
    preview = (await session.connection.execute({ ...order, dryRun: true })) as Preview;
  } catch (thrown) {
    return announce(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const files = preview.changes ?? preview.reverted ?? [];
  const lines = [
    `${files.length} ${files.length === 1 ? 'file goes' : 'files go'} back${
      files.length === 0
        ? ''
        : `: ${files
            .slice(0, 6)
            .map(({ file, action }) => `${file} ${action}`)
            .join(', ')}`
    }`,
    'The decisions after it become superseded. A checkpoint of the current state is made first.',
  ];
  await confirmAndSend(
    session,
    { ...order, dryRun: false },
    { title: `Back to ${nameOf(checkpoint)}?`, lines, yes: 'Roll back' },
  );
}

function drawDiff(body: HTMLElement, diff: string | null, problem: string | null, since: boolean): void {
  if (diff === null || diff === '') {
    replaceChildren(
      body,
      createElement('p', { className: 'calm' }, problem ?? (diff === '' ? 'Nothing changed since.' : 'Looking…')),
    );
    return;
  }
  const lines = toUnifiedDiffLines(diff).slice(0, 5_000);
  const title = createElement('h3', {}, since ? 'From there to now' : 'What the plan changed');
  replaceChildren(
    body,
    title,
    ...lines.map(({ kind, text }) =>
      createElement('div', { className: `diff-line ${kind}` }, text === '' ? ' ' : text),
    ),
  );
}
