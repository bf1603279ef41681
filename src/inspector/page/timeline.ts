import { createTimeAxis, type TimeAxis } from '../view/axis.ts';
import { formatClock, formatDuration, idTail } from '../view/format.ts';
import { summarizeJournal } from '../view/journal.ts';
import {
  spanLabels,
  type TimelineLane,
  type TimelineSpan,
  type TimelineSpanKind,
  toTimelineLanes,
} from '../view/timeline-spans.ts';
import { timelineSvg } from '../view/timeline-svg.ts';
import { createBadge } from './badge.ts';
import { createButton, createElement, replaceChildren, saveFile } from './dom.ts';
import { lastOutputBlocks } from './last-output.ts';
import type { PageSession } from './session.ts';
import type { CreateView } from './view.ts';
import { VirtualList } from './virtual-list.ts';

/** A larger tree starts collapsed. */
const unfoldedMax = 500;

/** Plans and their activities on a time axis; you can zoom into a range. */
export const createTimelineView: CreateView = session => {
  let range: { from: number; to: number } | null = null;
  let lanes: TimelineLane[] = [];
  let axis: TimeAxis = createTimeAxis([], { from: 0, to: 1 });
  let made = -1;
  const open = new Map<string, boolean>();
  const ruler = createElement('div', { className: 'ruler' });
  const legend = createElement('div', { className: 'legend' });
  const detail = createElement('aside', { className: 'side', tabIndex: 0, aria: { label: 'The chosen plan' } });
  const rows = new VirtualList<TimelineLane>({
    label: 'Plans over time',
    height: 30,
    keyOf: ({ planId }) => planId,
    draw: (lane, row) => drawLane(lane, row, { axis, now: session.now(), mark: markOf(lane) }),
    pick: lane => session.select({ plan: lane.planId }),
    unfold(lane, isOpen) {
      open.set(lane.planId, isOpen);
      update();
    },
  });
  const whole = () => fullRange(lanes, session.now());
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
  const brush = createElement('div', { className: 'brush', hidden: true });
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
    saveFile('troupe-timeline.svg', 'image/svg+xml', timelineSvg(lanes, axis, { title, now: session.now() }));
  };
  const tools = createElement(
    'div',
    { className: 'tools' },
    legend,
    createButton('−', () => zoom(2), { aria: { label: 'See more of the time' } }),
    createButton('+', () => zoom(0.5), { aria: { label: 'See less of the time' } }),
    createButton('All', all),
    createButton('SVG', export_, { aria: { label: 'Save the timeline as SVG' } }),
  );
  const main = createElement(
    'div',
    { className: 'main' },
    tools,
    createElement('div', { className: 'ruler-row' }, ruler),
    rows.element,
  );

  const markOf = ({ planId }: TimelineLane): string => {
    const children = lanes.some(({ parent }) => parent === planId);
    return children ? (isOpen(planId) ? '▾' : '▸') : '';
  };
  const isOpen = (planId: string) => open.get(planId) ?? (lanes.length <= unfoldedMax || planId === session.root);
  const visible = (): TimelineLane[] => {
    const shown = new Set<string>();
    return lanes.filter(({ planId, parent, depth }) => {
      const isShown = depth === 0 || (parent !== null && shown.has(parent) && isOpen(parent));
      if (isShown) shown.add(planId);
      return isShown;
    });
  };
  const update = () => {
    if (made !== session.store.revision) {
      lanes = session.root === null ? [] : toTimelineLanes(session.store.plans, session.store.planEvents, session.root);
      made = session.store.revision;
    }
    axis = createTimeAxis(
      lanes.flatMap(({ spans }) => spans.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))),
      range ?? whole(),
    );
    replaceChildren(legend, ...legendOf(lanes));
    replaceChildren(ruler, ...axisMarks(axis), brush);
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
    element: createElement('div', { className: 'part timeline split' }, main, detail),
    update,
  };
};

function fullRange(lanes: readonly TimelineLane[], now: number): { from: number; to: number } {
  const spans = lanes.flatMap(({ spans }) => spans);
  const from = spans.reduce((least, span) => Math.min(least, span.from), Number.POSITIVE_INFINITY);
  const isAtWork = spans.some(
    ({ to, kind }) => to === null && kind !== 'approval' && kind !== 'failed' && kind !== 'conflict',
  );
  const ends = spans.reduce((most, span) => Math.max(most, span.to ?? span.from), 0);
  if (!Number.isFinite(from)) return { from: now - 1_000, to: now };
  // A plan that waits for a person would extend to now: show only a little of that.
  return { from, to: isAtWork ? now : Math.min(now, ends + Math.max(500, 0.08 * (ends - from))) };
}

function axisMarks({ segments, moment }: TimeAxis): HTMLElement[] {
  const gaps = segments
    .filter(({ isIdle }) => isIdle)
    .map(({ from, to, start, end }) => {
      const gap = createElement(
        'span',
        { className: 'gap', title: `${formatDuration(to - from)} in which nothing began or ended` },
        `⋯ ${formatDuration(to - from)}`,
      );
      gap.style.left = `${100 * start}%`;
      gap.style.width = `${100 * (end - start)}%`;
      return gap;
    });
  const times = [0, 0.25, 0.5, 0.75, 1].map(place => {
    const time = createElement(
      'time',
      { className: place === 1 ? 'last' : '' },
      formatClock(moment(place)).slice(0, 8),
    );
    time.style.left = `${100 * place}%`;
    return time;
  });
  return [...gaps, ...times];
}

function legendOf(lanes: readonly TimelineLane[]): HTMLElement[] {
  const kinds = new Set<TimelineSpanKind>(lanes.flatMap(({ spans }) => spans.map(({ kind }) => kind)));
  return [...kinds].map(kind =>
    createElement('span', { className: 'key' }, createElement('i', { className: `span ${kind}` }), spanLabels[kind]),
  );
}

function drawLane(
  lane: TimelineLane,
  row: HTMLElement,
  { axis, now, mark }: { axis: TimeAxis; now: number; mark: string },
): void {
  const label = createElement(
    'span',
    { className: 'label', title: lane.goal },
    createElement('i', {}, mark),
    lane.goal,
  );
  label.style.paddingLeft = `${8 + 16 * lane.depth}px`;
  if (lane.attempt > 1) label.append(createElement('small', {}, ` attempt ${lane.attempt}`));
  if (lane.approvals > 0) label.append(createElement('small', { className: 'asks' }, ' asks you'));
  if (lane.retries > 0) label.append(createElement('small', {}, ` ↻${lane.retries}`));
  const track = createElement('span', { className: 'track' });
  for (const span of lane.spans) {
    const start = axis.place(span.from);
    const end = axis.place(span.to ?? now);
    if (end === start && (start === 0 || start === 1)) continue;
    const bar = createElement('i', { className: `span ${span.kind}`, title: spanTooltip(span, now) });
    bar.style.left = `${100 * start}%`;
    bar.style.width = `max(2px, ${100 * (end - start)}%)`;
    track.append(bar);
  }
  const words = lane.spans.at(-1)?.label ?? lane.state;
  replaceChildren(row, label, track, createElement('span', { className: 'spoken' }, words));
}

const spanTooltip = ({ label, from, to }: TimelineSpan, now: number) =>
  `${label}, ${formatDuration((to ?? now) - from)} from ${formatClock(from)}`;

function drawDetail(session: PageSession, lane: TimelineLane | undefined, detail: HTMLElement): void {
  const plan = lane && session.store.plans.get(lane.planId);
  if (lane === undefined || plan === undefined) {
    replaceChildren(detail, createElement('p', { className: 'calm' }, 'There is no plan to show.'));
    return;
  }
  const now = session.now();
  const { toolCalls, error } = summarizeJournal(session.store.planEvents, plan.planId);
  const details: [string, string][] = [
    ['action', plan.action],
    ['profile', plan.profile],
    ['attempt', String(lane.attempt)],
    ['files', String(plan.files)],
    ['checks', `${plan.checks.passed} of ${plan.checks.total} passed`],
    ['tool calls', String(toolCalls)],
  ];
  replaceChildren(
    detail,
    createElement('h2', {}, plan.goal),
    createElement('p', {}, createBadge(plan, lane.approvals), ' ', createElement('code', {}, idTail(plan.planId))),
    plan.waiting === null ? null : createElement('p', { className: 'why' }, plan.waiting.message),
    error === null ? null : createElement('p', { className: 'error' }, error.message),
    ...lastOutputBlocks(error === null ? null : plan.error),
    ...(error?.hints ?? []).map(hint => createElement('p', {}, createElement('code', {}, hint))),
    createElement(
      'dl',
      {},
      ...details.flatMap(([name, value]) => [createElement('dt', {}, name), createElement('dd', {}, value)]),
    ),
    createElement('h3', {}, 'What it did'),
    createElement(
      'ol',
      { className: 'steps' },
      ...lane.spans.map(({ label, from, to, kind }) =>
        createElement(
          'li',
          {},
          createElement('i', { className: `span ${kind}` }),
          createElement('span', {}, label),
          createElement('time', {}, formatDuration((to ?? now) - from)),
        ),
      ),
    ),
  );
}
