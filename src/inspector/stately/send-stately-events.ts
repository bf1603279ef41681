/** Sends the events of the store to a viewer of the Stately inspection protocol. */
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { omitUndefined } from '../../model/optional-keys.ts';
import { applyStateDelta } from '../state/actor-state.ts';
import type { ActorState, InspectorEvent } from '../state/events.ts';
import type { InspectorStore } from '../state/store.ts';
import { toMachineConfig } from './definition.ts';

type Ref = Parameters<ReturnType<typeof createInspector>['actor']>[0];

/** @returns the function to call with events, in order */
export function createStatelySender(
  store: InspectorStore,
  send: (event: StatelyInspectionEvent) => void,
): (items: readonly InspectorEvent[]) => void {
  const inspector = createInspector({ send });
  const states = new Map<string, ActorState>();
  let queue: InspectorEvent[] = [];
  /** An actor is sent with its definition, so only after its chart is laid out; later events wait. */
  const isReady = (item: InspectorEvent) =>
    item.type !== 'started' || item.chart === null || store.charts.has(item.chart);
  const sendEvent = (item: InspectorEvent) => {
    switch (item.type) {
      case 'started': {
        const picture = item.chart === null ? undefined : store.charts.get(item.chart);
        const config = picture === undefined ? { id: item.id } : { ...toMachineConfig(picture), id: item.id };
        const parent = item.parent === null ? undefined : { sessionId: item.parent };
        const ref: object = { sessionId: item.uid, id: item.id, logic: { config }, _parent: parent };
        states.set(item.uid, item.state);
        inspector.actor(ref as Ref, toStatelySnapshot(item.state));
        break;
      }
      case 'received':
        inspector.event(item.uid, item.event, item.from === null ? {} : { source: item.from });
        break;
      case 'transitioned': {
        const before = states.get(item.uid);
        if (before === undefined) break;
        const now = applyStateDelta(before, item.delta);
        states.set(item.uid, now);
        inspector.snapshot(item.uid, toStatelySnapshot(now));
        break;
      }
      case 'stopped':
        states.delete(item.uid);
        inspector.snapshot(item.uid, { status: item.why === 'ended' ? 'done' : 'stopped' });
        break;
    }
  };
  return items => {
    queue.push(...items);
    const held = queue.findIndex(item => !isReady(item));
    const ready = held === -1 ? queue : queue.slice(0, held);
    queue = held === -1 ? [] : queue.slice(held);
    for (const item of ready) sendEvent(item);
  };
}

type Shown = NonNullable<Parameters<ReturnType<typeof createInspector>['snapshot']>[1]>;

function toStatelySnapshot({
  value,
  status,
  context,
  output,
}: {
  value: unknown;
  status: string;
  context: unknown;
  output?: unknown;
}): Shown {
  const known = status === 'done' || status === 'error' || status === 'stopped' ? status : 'active';
  return { status: known, context, ...(value === null ? {} : { value }), ...omitUndefined({ output }) };
}
