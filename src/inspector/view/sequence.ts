/** Messages between actors as a sequence diagram: columns and arrows. */

import type { ActorPosition, MessageReceived } from '../state/events.ts';
import type { InspectorStore } from '../state/store.ts';
import { idTail } from './format.ts';

export interface MessageArrow {
  /** Column of the sender; null when it came from outside. */
  from: number | null;
  to: number;
  message: MessageReceived;
}

export interface MessageSequence {
  columns: { uid: string; name: string }[];
  arrows: MessageArrow[];
  /** Matching messages that are older than those shown. */
  olderCount: number;
}

export interface SequenceOptions {
  /** Only messages from or to this actor. */
  about: string | null;
  /** Part of an event's name. */
  filter: string;
  /** Include XState's own events. */
  own: boolean;
  max: number;
}

/** The last `max` matching messages, with a column for every actor in them, in order of appearance. */
export function toMessageSequence(
  store: InspectorStore,
  { about, filter, own, max }: SequenceOptions,
): MessageSequence {
  const wanted = filter.toLowerCase();
  const found: MessageReceived[] = [];
  let before = 0;
  for (let index = store.log.length - 1; index >= 0; index--) {
    const entry = store.log[index];
    if (entry?.type !== 'received') continue;
    if (!own && entry.event.type.startsWith('xstate.')) continue;
    if (about !== null && entry.uid !== about && entry.from !== about) continue;
    if (!entry.event.type.toLowerCase().includes(wanted)) continue;
    if (found.length < max) found.push(entry);
    else before += 1;
  }
  found.reverse();
  const columns: MessageSequence['columns'] = [];
  const places = new Map<string, number>();
  const columnOf = (uid: string): number => {
    const known = places.get(uid);
    if (known !== undefined) return known;
    places.set(uid, columns.length);
    columns.push({ uid, name: actorName(store, uid) });
    return columns.length - 1;
  };
  const arrows = found.map(message => ({
    from: message.from === null ? null : columnOf(message.from),
    to: columnOf(message.uid),
    message,
  }));
  return { columns, arrows, olderCount: before };
}

/** Returns an actor's name: the goal of its plan, or its id, shortened when it ends in a ULID. */
export function actorName({ actors, charts, plans }: InspectorStore, uid: string): string {
  const actor = actors.get(uid);
  if (actor === undefined) return uid;
  const chart = actor.parent === null && actor.chart !== null ? charts.get(actor.chart) : undefined;
  return nameById(plans, { src: actor.src, id: chart?.id ?? actor.id });
}

/** Returns the name of an actor that is known by its id alone. */
export function nameById(plans: InspectorStore['plans'], { id, src }: Pick<ActorPosition, 'id' | 'src'>): string {
  const plan = plans.get(id);
  if (plan !== undefined) return src === 'plan' ? plan.goal : `${src ?? 'actor'} ${idTail(id)}`;
  return id.replace(/[0-9A-HJKMNP-TV-Z]{18}([0-9A-HJKMNP-TV-Z]{8})/g, '…$1');
}
