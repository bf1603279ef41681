/** Converts messages of a standard `@statelyai/inspect` client to events of the store. */
import * as z from 'zod';
import { type Chart, toBoundedJson } from '../../durable.ts';
import { redact } from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { ActorState, InspectorEvent, StateDelta, StateValue } from '../state/events.ts';
import type { InspectorStore } from '../state/store.ts';
import { parseChartDefinition } from './definition.ts';

const Value: z.ZodType<StateValue> = z.union([
  z.string(),
  z.record(
    z.string(),
    z.lazy(() => Value.optional()),
  ),
]);

const Snapshot = z.looseObject({
  status: z.string().default('active'),
  value: Value.nullish(),
  context: z.record(z.string(), z.unknown()).nullish(),
  input: z.unknown().optional(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
});
type Snapshot = z.infer<typeof Snapshot>;

const sessionId = z.string().min(1).max(300);
const createdAt = z.coerce.number();

const StatelyEvent = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('@xstate.actor'),
    sessionId,
    createdAt,
    name: z.string().max(300),
    parentId: z.string().optional(),
    definition: z.string().max(2_000_000).optional(),
    snapshot: Snapshot,
  }),
  z.looseObject({
    type: z.literal('@xstate.event'),
    sessionId,
    createdAt,
    sourceId: z.string().optional(),
    event: z.looseObject({ type: z.string() }),
  }),
  z.looseObject({ type: z.literal('@xstate.snapshot'), sessionId, createdAt, snapshot: Snapshot }),
]);

export interface StatelyReceiver {
  /** Returns the events of one message; null when it is invalid. */
  receive(message: unknown): InspectorEvent[] | null;
  /** The client disconnected, so its actors stopped. */
  disconnect(): InspectorEvent[];
}

/** @param numberOf returns the number of a chart, and has it laid out when it is new */
export function createStatelyReceiver({
  prefix,
  store,
  numberOf,
}: {
  prefix: string;
  store: InspectorStore;
  numberOf: (definition: string, chart: Chart) => number;
}): StatelyReceiver {
  const named = (id: string) => `${prefix}${id}`;
  const known = new Set<string>();
  return {
    receive(message) {
      const parsed = StatelyEvent.safeParse(toBoundedJson(message, text => redact(text, new Set()), bounds));
      if (!parsed.success) return null;
      const event = parsed.data;
      const uid = named(event.sessionId);
      const { createdAt: at } = event;
      switch (event.type) {
        case '@xstate.actor': {
          known.add(uid);
          const { name, parentId, definition = '' } = event;
          const chart = parseChartDefinition(definition);
          const parent = parentId === undefined ? null : named(parentId);
          const number = chart === null ? null : numberOf(definition, chart);
          const state = actorStateFrom(event.snapshot);
          return [
            {
              type: 'started',
              uid,
              parent,
              id: name,
              src: chart?.id ?? null,
              systemId: null,
              chart: number,
              state: state,
            },
          ];
        }
        case '@xstate.event': {
          const from = event.sourceId === undefined ? null : named(event.sourceId);
          return [{ type: 'received', uid, from, event: event.event, at }];
        }
        case '@xstate.snapshot': {
          const before = store.actors.get(uid)?.now;
          const now = actorStateFrom(event.snapshot);
          const moved: InspectorEvent = {
            type: 'transitioned',
            uid,
            delta: before === undefined ? deltaFromNothing(now) : deltaBetween(before, now),
            at,
          };
          const isOver = now.status !== 'active' && known.delete(uid);
          return isOver ? [moved, { type: 'stopped', uid, why: 'ended' }] : [moved];
        }
      }
    },
    disconnect: () => [...known].map(uid => ({ type: 'stopped', uid, why: 'ended' })),
  };
}

/** A definition is one long text, which must not be truncated. */
const bounds = { text: 2_000_000, items: 500, depth: 16, values: 20_000 };

function actorStateFrom({ status, value, context, input, output, error }: Snapshot): ActorState {
  return {
    value: value ?? null,
    status,
    context: context ?? omitUndefined({ input }),
    ...omitUndefined({ output, error }),
  };
}

function deltaFromNothing({ value, status, context, ...end }: ActorState): StateDelta {
  return { ...(value === null ? {} : { value }), status, set: context, ...end };
}

function deltaBetween(before: ActorState, now: ActorState): StateDelta {
  const { value, status, context, ...end } = now;
  const isSame = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  const set = Object.fromEntries(Object.entries(context).filter(([key, item]) => !isSame(before.context[key], item)));
  const unset = Object.keys(before.context).filter(key => !Object.hasOwn(context, key));
  return {
    ...(value === null || isSame(value, before.value) ? {} : { value }),
    ...(status === before.status ? {} : { status }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
    ...end,
  };
}
