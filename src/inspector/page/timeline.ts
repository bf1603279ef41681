import { formatDuration } from '../../presentation/duration.ts';
import { createTimeAxis, type TimeAxis } from '../view/axis.ts';
import { formatClock, idTail } from '../view/format.ts';
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
import { createRangeSelection } from './range-selection.ts';
import type { PageSession } from './session.ts';
import type { CreateView } from './view.ts';
import { createVirtualList } from './virtual-list.ts';

/** A larger tree starts collapsed. */
const unfoldedMax = 500;

/** Plans and their activities on a time axis; you can zoom into a range. */
export const createTimelineView: CreateView = session => {
  let lanes: TimelineLane[] = [];
  let axis: TimeAxis = createTimeAxis([], { from: 0, to: 1 });
  let made = -1;
  const folds = createFolds(session);
  const ruler = createElement('div', { className: 'ruler' });
  const legend = createElement('div', { className: 'legend' });
  const detail = createElement('aside', { className: 'side', tabIndex: 0, aria: { label: 'The chosen plan' } });
  const rows = createVirtualList<TimelineLane>({
    label: 'Plans over time',
    height: 30,
    keyOf: ({ planId }) => planId,
    draw: (lane, row) => drawLane(lane, row, { axis, now: session.now(), mark: folds.markOf(lane, lanes) }),
    pick: lane => session.select({ plan: lane.planId }),
    unfold(lane, isOpen) {
      folds.set(lane.planId, isOpen);
      update();
    },
  });
  const range = createVisibleRange(
    () => fullRange(lanes, session.now()),
    () => update(),
  );
  const brush = createRangeSelection(ruler, ({ from, to }) =>
    range.select({ from: axis.moment(from), to: axis.moment(to) }),
  );
  const export_ = () => {
    const title = lanes[0]?.goal ?? session.title;
    saveFile('troupe-timeline.svg', 'image/svg+xml', timelineSvg(lanes, axis, { title, now: session.now() }));
  };
  const tools = createTimelineTools(legend, range, export_);
  const main = createElement(
    'div',
    { className: 'main' },
    tools,
    createElement('div', { className: 'ruler-row' }, ruler),
    rows.element,
  );

  const update = () => {
    if (made !== session.store.revision) {
      lanes = session.root === null ? [] : toTimelineLanes(session.store.plans, session.store.planEvents, session.root);
      made = session.store.revision;
    }
    axis = createTimeAxis(
      lanes.flatMap(({ spans }) => spans.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))),
      range.current(),
    );
    replaceChildren(legend, ...legendOf(lanes));
    replaceChildren(ruler, ...axisMarks(axis), brush);
    rows.show(folds.visible(lanes), session.plan);
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

interface TimeRange {
  from: number;
  to: number;
}

/** The part of the time that is shown: all of it until you select a part. */
function createVisibleRange(full: () => TimeRange, changed: () => void) {
  let selected: TimeRange | null = null;
  const current = () => selected ?? full();
  const select = (range: TimeRange | null) => {
    selected = range;
    changed();
  };
  return {
    current,
    select,
    zoom(share: number) {
      const { from, to } = current();
      const middle = (from + to) / 2;
      const half = ((to - from) / 2) * share;
      select({ from: middle - half, to: middle + half });
    },
  };
}

function createTimelineTools(
  legend: HTMLElement,
  range: ReturnType<typeof createVisibleRange>,
  export_: () => void,
): HTMLElement {
  return createElement(
    'div',
    { className: 'tools' },
    legend,
    createButton('−', () => range.zoom(2), { aria: { label: 'See more of the time' } }),
    createButton('+', () => range.zoom(0.5), { aria: { label: 'See less of the time' } }),
    createButton('All', () => range.select(null)),
    createButton('SVG', export_, { aria: { label: 'Save the timeline as SVG' } }),
  );
}

/** Which plans show their subplans. */
function createFolds(session: PageSession) {
  const open = new Map<string, boolean>();
  const isOpen = (planId: string, lanes: readonly TimelineLane[]) =>
    open.get(planId) ?? (lanes.length <= unfoldedMax || planId === session.root);
  return {
    set(planId: string, isOpen: boolean): void {
      open.set(planId, isOpen);
    },
    markOf({ planId }: TimelineLane, lanes: readonly TimelineLane[]): string {
      const hasChildren = lanes.some(({ parent }) => parent === planId);
      return hasChildren ? (isOpen(planId, lanes) ? '▾' : '▸') : '';
    },
    visible(lanes: readonly TimelineLane[]): TimelineLane[] {
      const shown = new Set<string>();
      return lanes.filter(({ planId, parent, depth }) => {
        const isShown = depth === 0 || (parent !== null && shown.has(parent) && isOpen(parent, lanes));
        if (isShown) shown.add(planId);
        return isShown;
      });
    },
  };
}

function fullRange(lanes: readonly TimelineLane[], now: number): TimeRange {
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
        { className: 'gap', title: `${formatDuration(to - from, { tenths: true })} in which nothing began or ended` },
        `⋯ ${formatDuration(to - from, { tenths: true })}`,
      );
      gap.style.left = `${100 * start}%`;
      gap.style.width = `${100 * (end - start)}%`;
      return gap;
    });
  const places = [0, 0.25, 0.5, 0.75, 1];
  const exact = places.map(place => formatClock(moment(place)));
  const seconds = exact.map(text => text.slice(0, 'hh:mm:ss'.length));
  // Milliseconds only where they distinguish the labels.
  const labels = new Set(seconds).size < places.length ? exact : seconds;
  const times = places.map((place, at) => {
    const time = createElement('time', { className: place === 1 ? 'last' : '' }, labels[at] ?? '');
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
  `${label}, ${formatDuration((to ?? now) - from, { tenths: true })} from ${formatClock(from)}`;

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
          createElement('time', {}, formatDuration((to ?? now) - from, { tenths: true })),
        ),
      ),
    ),
  );
}
