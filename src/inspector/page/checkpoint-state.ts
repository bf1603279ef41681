import type { ActorPosition, ChartLayout, CheckpointPosition, PlanOverview } from '../state/events.ts';
import { formatClock } from '../view/format.ts';
import { currentPosition, type PositionRow, positionRows } from '../view/position-rows.ts';
import { activeStates, statesOfPlan } from '../view/states.ts';
import { createChart } from './chart.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import { type CachedQuery, createCachedQuery } from './query-cache.ts';
import type { PageSession } from './session.ts';
import { createVirtualList } from './virtual-list.ts';

/** A plan's checkpoint, as the page names it. */
export interface ShownCheckpoint {
  plan: string;
  checkpointId: string;
  name: string;
  createdAt: string;
}

/** The charts of a plan's actors with the states they were in at a checkpoint, or are in now. */
export function createCheckpointState(session: PageSession): {
  element: HTMLElement;
  show(checkpoint: ShownCheckpoint | null): void;
} {
  const source = createPositionSource(session, () => update());
  const chart = createChart();
  const caption = createElement('p', { role: 'status' });
  let shown: ShownCheckpoint | null = null;
  let isNow = false;
  let chosen = '';
  const list = createVirtualList<PositionRow>({
    label: 'Actors and their states',
    height: 24,
    keyOf: ({ key }) => key,
    draw: drawPosition,
    pick({ key }) {
      chosen = key;
      update();
    },
  });
  const toggle = createButton('', () => {
    isNow = !isNow;
    update();
  });
  const draw = (row: PositionRow | undefined, plan: PlanOverview | undefined) => {
    if (row === undefined && plan === undefined) return chart.show(null);
    const picture = source.pictureOf(row?.actor ?? { chart: 'plan' });
    if (picture === null) return chart.show(null);
    const active = row !== undefined ? activeStates(picture, row.actor.value) : plan && statesOfPlan(picture, plan);
    chart.show({ picture, active: active ?? new Set(), key: `${row?.key} ${isNow || shown?.checkpointId}` });
  };
  const update = () => {
    element.hidden = shown === null;
    if (shown === null) return;
    const { plan, name, createdAt } = shown;
    const position = isNow ? currentPosition(session.store, plan) : source.load(shown);
    const problem = isNow || position !== null ? null : source.problem;
    // Until the state is loaded, the one before is shown with its caption.
    if (!isNow && position === null && problem === null) return;
    const rows = positionRows(session.store.plans, position);
    const row = rows.find(({ key }) => key === chosen) ?? rows[0];
    list.show(rows, row?.key ?? null);
    const overview = isNow && position === null ? session.store.plans.get(plan) : undefined;
    const time = formatClock(Date.parse(createdAt));
    setText(caption, isNow ? captionOfNow(session, overview) : (problem ?? `State at checkpoint ${name}, ${time}`));
    setText(toggle, isNow ? `Show the state at ${name}` : 'Show the state now');
    draw(row, overview);
  };
  const element = createElement(
    'section',
    { className: 'checkpoint-state', aria: { label: 'State of the plan' } },
    createElement('div', { className: 'tools' }, caption, toggle),
    list.element,
    chart.element,
  );
  return {
    element,
    show(checkpoint) {
      if (checkpoint?.checkpointId !== shown?.checkpointId) isNow = false;
      shown = checkpoint;
      update();
    },
  };
}

function drawPosition({ name, state, depth }: PositionRow, row: HTMLElement): void {
  row.style.paddingLeft = `${12 + 16 * depth}px`;
  replaceChildren(
    row,
    createElement('span', { className: 'label' }, name),
    createElement('span', { className: 'state' }, state),
  );
}

/** The states of actors at checkpoints, and the charts of their machines, loaded from the server. */
function createPositionSource(session: PageSession, loaded: () => void) {
  const state = createCachedQuery<CheckpointPosition>();
  const charts = new Map<string, CachedQuery<ChartLayout>>();
  return {
    /** Why the state of the checkpoint could not be loaded. */
    get problem() {
      return state.problem;
    },
    /** The plan's actor at the checkpoint; null until it is loaded. */
    load({ plan, checkpointId }: ShownCheckpoint): ActorPosition | null {
      const about = { what: 'state', plan, checkpoint: checkpointId };
      state.load(checkpointId, () => session.connection.query(about), loaded);
      return state.value?.actor ?? null;
    },
    /** The chart of an actor; null if it has none, or until it is loaded. */
    pictureOf({ chart }: Pick<ActorPosition, 'chart'>): ChartLayout | null {
      if (typeof chart === 'number') return session.store.charts.get(chart) ?? null;
      if (chart === null) return null;
      const layout = charts.get(chart) ?? createCachedQuery<ChartLayout>();
      charts.set(chart, layout);
      layout.load(chart, () => session.connection.query({ what: 'chart', machine: chart }), loaded);
      return layout.value;
    },
  };
}

/** @param plan the plan, when it has no running actor: it waits, or it has ended */
function captionOfNow({ state, now }: PageSession, plan: PlanOverview | undefined): string {
  const when = state.kind === 'report' ? `when the report was made, ${formatClock(now())}` : 'now';
  return `State ${when}${plan === undefined ? '' : `: ${plan.phase} ${plan.state}`}`;
}

/** A status that did not change is not announced again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
