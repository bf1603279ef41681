import { diffLines } from '../view/diff-lines.ts';
import { clock, duration, short } from '../view/words.ts';
import { asked } from './asked.ts';
import { button, fill, h } from './element.ts';
import { give, orderAfterAsking, tell } from './orders.ts';
import type { MakePart } from './part.ts';
import { planPicker } from './plan-picker.ts';
import type { Session } from './session.ts';

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

/** States to come back to, along the time they were made: what was different, and the ways back. */
export const makeCheckpoints: MakePart = session => {
  const list = asked<Checkpoint[]>();
  const diff = asked<string>();
  let chosen: string | null = null;
  let drawn = '';
  const picker = planPicker(session, 'Plan whose checkpoints are shown');
  const slider = h('input', {
    type: 'range',
    min: '0',
    step: '1',
    className: 'scrubber',
    aria: { label: 'Checkpoint' },
  });
  const head = h('div', { className: 'checkpoint' });
  const body = h('div', { className: 'diff', tabIndex: 0, role: 'region', aria: { label: 'What changed since' } });
  slider.oninput = () => {
    chosen = list.value?.[Number(slider.value)]?.checkpointId ?? null;
    update();
  };
  const update = () => {
    picker.update();
    const { plan, book } = session;
    if (plan === null) return;
    const last = book.planEvents.findLast(({ planId, name }) => planId === plan && /^(?:checkpoint|plan)\./.test(name));
    const version = last?.seq ?? '';
    list.want(`${plan} ${version}`, () => session.link.ask({ what: 'checkpoints', plan }), update);
    const all = list.value ?? [];
    const known = all.findIndex(({ checkpointId }) => checkpointId === chosen);
    const place = known === -1 ? Math.min(0, all.length - 1) : known;
    const checkpoint = all[place];
    slider.max = String(Math.max(0, all.length - 1));
    slider.value = String(Math.max(0, place));
    slider.disabled = all.length < 2;
    slider.setAttribute('aria-valuetext', checkpoint === undefined ? 'none' : nameOf(checkpoint));
    const isLive = session.state.kind !== 'report';
    const about =
      checkpoint !== undefined && isLive
        ? { what: 'diff', plan, from: checkpoint.checkpointId, to: plan }
        : { what: 'diff', plan };
    diff.want(`${plan}/${checkpoint?.checkpointId ?? ''} ${version}`, () => session.link.ask(about), update);
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
  const marks = h('div', { className: 'scrub' }, picker.element, slider);
  return {
    name: 'Checkpoints',
    plans: true,
    element: h('div', { className: 'part checkpoints' }, marks, head, body),
    update,
  };
};

const nameOf = ({ label, trigger, tool }: Checkpoint) =>
  label ?? `${trigger.replace(/[A-Z]/g, sign => ` ${sign.toLowerCase()}`)}${tool === null ? '' : ` ${tool}`}`;

function drawHead(
  head: HTMLElement,
  session: Session,
  {
    plan,
    checkpoint,
    place,
    count,
  }: { plan: string; checkpoint: Checkpoint | undefined; place: number; count: number },
): void {
  if (checkpoint === undefined) {
    fill(head, h('p', { className: 'calm' }, 'There are no checkpoints yet.'));
    return;
  }
  const at = Date.parse(checkpoint.createdAt);
  const back = () => void rollBack(session, plan, checkpoint);
  const fork = () => void give(session, { do: 'fork', plan, checkpoint: checkpoint.checkpointId });
  fill(
    head,
    h(
      'div',
      {},
      h('h2', {}, nameOf(checkpoint)),
      h(
        'p',
        { className: 'small' },
        `${place + 1} of ${count} · ${clock(at)}, ${duration(session.now() - at)} ago · `,
        h('code', {}, short(checkpoint.checkpointId)),
      ),
    ),
    session.control
      ? h('div', { className: 'buttons' }, button('Fork from here', fork), button('Roll back…', back))
      : h(
          'p',
          { className: 'hints' },
          h('code', {}, `troupe plan rollback ${short(checkpoint.checkpointId)} --plan ${short(plan)}`),
        ),
  );
}

/** First what it would do, by a dry run; then, if the person agrees, that. */
async function rollBack(session: Session, plan: string, checkpoint: Checkpoint): Promise<void> {
  const order = { do: 'rollback', plan, checkpoint: checkpoint.checkpointId };
  let preview: Preview;
  try {
    preview = (await session.link.order({ ...order, dryRun: true })) as Preview;
  } catch (thrown) {
    return tell(thrown instanceof Error ? thrown.message : String(thrown));
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
    'What was decided after it holds no longer; the present is kept as a checkpoint first.',
  ];
  await orderAfterAsking(
    session,
    { ...order, dryRun: false },
    { title: `Back to ${nameOf(checkpoint)}?`, lines, yes: 'Roll back' },
  );
}

function drawDiff(body: HTMLElement, diff: string | null, problem: string | null, since: boolean): void {
  if (diff === null || diff === '') {
    fill(body, h('p', { className: 'calm' }, problem ?? (diff === '' ? 'Nothing changed since.' : 'Looking…')));
    return;
  }
  const lines = diffLines(diff).slice(0, 5_000);
  const title = h('h3', {}, since ? 'From there to now' : 'What the plan changed');
  fill(
    body,
    title,
    ...lines.map(({ kind, text }) => h('div', { className: `diff-line ${kind}` }, text === '' ? ' ' : text)),
  );
}
