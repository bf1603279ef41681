import { type Axis, axisOf } from '../view/axis.ts';
import { factsOf } from '../view/journal.ts';
import { type Lane, lanesOf, type Span, type SpanKind, spanWords } from '../view/lanes.ts';
import { timelineSvg } from '../view/timeline-svg.ts';
import { clock, duration, short } from '../view/words.ts';
import { badge } from './badge.ts';
import { button, fill, h, save } from './element.ts';
import type { MakePart } from './part.ts';
import { Rows } from './rows.ts';
import type { Session } from './session.ts';

/** Above so many rows a tree starts folded. */
const unfoldedMax = 500;

/** The tree of plans with what each did when; a stretch can be looked at closer. */
export const makeTimeline: MakePart = session => {
  let range: { from: number; to: number } | null = null;
  let lanes: Lane[] = [];
  let axis: Axis = axisOf([], { from: 0, to: 1 });
  let made = -1;
  const open = new Map<string, boolean>();
  const ruler = h('div', { className: 'ruler' });
  const legend = h('div', { className: 'legend' });
  const detail = h('aside', { className: 'side', tabIndex: 0, aria: { label: 'The chosen plan' } });
  const rows = new Rows<Lane>({
    label: 'Plans over time',
    height: 30,
    keyOf: ({ planId }) => planId,
    draw: (lane, row) => drawLane(lane, row, { axis, now: session.now(), mark: markOf(lane) }),
    pick: lane => session.choose({ plan: lane.planId }),
    unfold(lane, isOpen) {
      open.set(lane.planId, isOpen);
      update();
    },
  });
  const whole = () => wholeOf(lanes, session.now());
  const zoom = (share: number) => {
    const { from, to } = range ?? whole();
    const middle = (from + to) / 2;
    const half = ((to - from) / 2) * share;
    range = { from: middle - half, to: middle + half };
    update();
  };
  const all = () => {
    range = null;
    update();
  };
  const brush = h('div', { className: 'brush', hidden: true });
  ruler.onpointerdown = down => {
    const box = ruler.getBoundingClientRect();
    const share = ({ clientX }: PointerEvent) => Math.min(1, Math.max(0, (clientX - box.left) / box.width));
    const start = share(down);
    ruler.setPointerCapture(down.pointerId);
    ruler.onpointermove = move => {
      const end = share(move);
      brush.hidden = false;
      brush.style.left = `${100 * Math.min(start, end)}%`;
      brush.style.width = `${100 * Math.abs(end - start)}%`;
    };
    ruler.onpointerup = up => {
      ruler.onpointermove = null;
      ruler.onpointerup = null;
      brush.hidden = true;
      const end = share(up);
      if (Math.abs(end - start) < 0.01) return;
      range = { from: axis.moment(Math.min(start, end)), to: axis.moment(Math.max(start, end)) };
      update();
    };
  };
  const export_ = () => {
    const title = lanes[0]?.goal ?? session.title;
    save('troupe-timeline.svg', 'image/svg+xml', timelineSvg(lanes, axis, { title, now: session.now() }));
  };
  const tools = h(
    'div',
    { className: 'tools' },
    legend,
    button('−', () => zoom(2), { aria: { label: 'See more of the time' } }),
    button('+', () => zoom(0.5), { aria: { label: 'See less of the time' } }),
    button('All', all),
    button('SVG', export_, { aria: { label: 'Save the timeline as SVG' } }),
  );
  const main = h('div', { className: 'main' }, tools, h('div', { className: 'ruler-row' }, ruler), rows.element);

  const markOf = ({ planId }: Lane): string => {
    const children = lanes.some(({ parent }) => parent === planId);
    return children ? (isOpen(planId) ? '▾' : '▸') : '';
  };
  const isOpen = (planId: string) => open.get(planId) ?? (lanes.length <= unfoldedMax || planId === session.root);
  const visible = (): Lane[] => {
    const shown = new Set<string>();
    return lanes.filter(({ planId, parent, depth }) => {
      const isShown = depth === 0 || (parent !== null && shown.has(parent) && isOpen(parent));
      if (isShown) shown.add(planId);
      return isShown;
    });
  };
  const update = () => {
    if (made !== session.book.revision) {
      lanes = session.root === null ? [] : lanesOf(session.book.plans, session.book.planEvents, session.root);
      made = session.book.revision;
    }
    axis = axisOf(
      lanes.flatMap(({ spans }) => spans.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))),
      range ?? whole(),
    );
    fill(legend, ...legendOf(lanes));
    fill(ruler, ...marksOf(axis), brush);
    rows.show(visible(), session.plan);
    drawDetail(
      session,
      lanes.find(({ planId }) => planId === session.plan),
      detail,
    );
  };
  return {
    name: 'Timeline',
    plans: true,
    element: h('div', { className: 'part timeline split' }, main, detail),
    update,
  };
};

function wholeOf(lanes: readonly Lane[], now: number): { from: number; to: number } {
  const spans = lanes.flatMap(({ spans }) => spans);
  const from = spans.reduce((least, span) => Math.min(least, span.from), Number.POSITIVE_INFINITY);
  const isAtWork = spans.some(
    ({ to, kind }) => to === null && kind !== 'approval' && kind !== 'failed' && kind !== 'conflict',
  );
  const ends = spans.reduce((most, span) => Math.max(most, span.to ?? span.from), 0);
  if (!Number.isFinite(from)) return { from: now - 1_000, to: now };
  // What waits for a person has no end: a little of it is enough.
  return { from, to: isAtWork ? now : Math.min(now, ends + Math.max(500, 0.08 * (ends - from))) };
}

function marksOf({ stretches, moment }: Axis): HTMLElement[] {
  const gaps = stretches
    .filter(({ isIdle }) => isIdle)
    .map(({ from, to, start, end }) => {
      const gap = h(
        'span',
        { className: 'gap', title: `${duration(to - from)} in which nothing began or ended` },
        `⋯ ${duration(to - from)}`,
      );
      gap.style.left = `${100 * start}%`;
      gap.style.width = `${100 * (end - start)}%`;
      return gap;
    });
  const times = [0, 0.25, 0.5, 0.75, 1].map(place => {
    const time = h('time', { className: place === 1 ? 'last' : '' }, clock(moment(place)).slice(0, 8));
    time.style.left = `${100 * place}%`;
    return time;
  });
  return [...gaps, ...times];
}

function legendOf(lanes: readonly Lane[]): HTMLElement[] {
  const kinds = new Set<SpanKind>(lanes.flatMap(({ spans }) => spans.map(({ kind }) => kind)));
  return [...kinds].map(kind =>
    h('span', { className: 'key' }, h('i', { className: `span ${kind}` }), spanWords[kind]),
  );
}

function drawLane(lane: Lane, row: HTMLElement, { axis, now, mark }: { axis: Axis; now: number; mark: string }): void {
  const label = h('span', { className: 'label', title: lane.goal }, h('i', {}, mark), lane.goal);
  label.style.paddingLeft = `${8 + 16 * lane.depth}px`;
  if (lane.attempt > 1) label.append(h('small', {}, ` attempt ${lane.attempt}`));
  if (lane.asks > 0) label.append(h('small', { className: 'asks' }, ' asks you'));
  if (lane.retries > 0) label.append(h('small', {}, ` ↻${lane.retries}`));
  const track = h('span', { className: 'track' });
  for (const span of lane.spans) {
    const start = axis.place(span.from);
    const end = axis.place(span.to ?? now);
    if (end === start && (start === 0 || start === 1)) continue;
    const bar = h('i', { className: `span ${span.kind}`, title: tipOf(span, now) });
    bar.style.left = `${100 * start}%`;
    bar.style.width = `max(2px, ${100 * (end - start)}%)`;
    track.append(bar);
  }
  const words = lane.spans.at(-1)?.label ?? lane.state;
  fill(row, label, track, h('span', { className: 'spoken' }, words));
}

const tipOf = ({ label, from, to }: Span, now: number) =>
  `${label}, ${duration((to ?? now) - from)} from ${clock(from)}`;

function drawDetail(session: Session, lane: Lane | undefined, detail: HTMLElement): void {
  const plan = lane && session.book.plans.get(lane.planId);
  if (lane === undefined || plan === undefined) {
    fill(detail, h('p', { className: 'calm' }, 'There is no plan to show.'));
    return;
  }
  const now = session.now();
  const { toolCalls, trouble } = factsOf(session.book.planEvents, plan.planId);
  const facts: [string, string][] = [
    ['action', plan.action],
    ['profile', plan.profile],
    ['attempt', String(lane.attempt)],
    ['files', String(plan.files)],
    ['checks', `${plan.checks.passed} of ${plan.checks.total} passed`],
    ['tool calls', String(toolCalls)],
  ];
  fill(
    detail,
    h('h2', {}, plan.goal),
    h('p', {}, badge(plan, lane.asks), ' ', h('code', {}, short(plan.planId))),
    plan.waiting === null ? null : h('p', { className: 'why' }, plan.waiting.message),
    trouble === null ? null : h('p', { className: 'error' }, trouble.message),
    ...(trouble?.hints ?? []).map(hint => h('p', {}, h('code', {}, hint))),
    h('dl', {}, ...facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    h('h3', {}, 'What it did'),
    h(
      'ol',
      { className: 'steps' },
      ...lane.spans.map(({ label, from, to, kind }) =>
        h(
          'li',
          {},
          h('i', { className: `span ${kind}` }),
          h('span', {}, label),
          h('time', {}, duration((to ?? now) - from)),
        ),
      ),
    ),
  );
}
