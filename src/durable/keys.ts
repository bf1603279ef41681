/**
 * Every key the durable runtime writes. Keys that start with other letters belong to its callers (the journal, domain
 * records); they are written in the same batches and never read here.
 *
 * | key                    | row                                                                       |
 * |------------------------|---------------------------------------------------------------------------|
 * | `a/<uid>`              | a live actor when it started: identity and first state                    |
 * | `a/<uid>/now`          | its current state, once it changed                                        |
 * | `t/<uid>/<id>`         | a timer of that actor: its absolute deadline, or its remaining time       |
 * | `d/<number>`           | an applied command whose commit has no row any more: number, key, time    |
 * | `r/<uid>/<step>`       | the recorded result of an effect's step                                   |
 * | `o/<seq>`              | an event that `deliver` has not acknowledged                              |
 * | `s/<uid>`              | a passivated actor: how to find and activate it                           |
 * | `z/<uid>/<key>`        | the `a/` and `t/` rows of its subtree                                     |
 * | `W/<uid>/<number>`     | an event that waits for a passivated actor                                |
 * | `m/format`             | version of this table                                                     |
 * | `m/c/<slot>`           | recent commits: commit number, id counter, actor count, time, commands    |
 *
 * A store of instances ([decision 0015](../../docs/decisions/0015-instances.md)) has these rows instead; `m/format` is 2.
 *
 * | key                    | row                                                                       |
 * |------------------------|---------------------------------------------------------------------------|
 * | `I/<machine>/<id>`     | an instance: its uid, its state and tags, how it ended                    |
 * | `V/<uid>/<key>`        | the rows of its system, under the keys of the table above                 |
 * | `Q/<uid>/<number>`     | an event that waits until the quarantined instance resumes                |
 * | `X/<machine>/<field>/<value> <id>` | an instance of this status, state, tag, version or search attribute |
 * | `E/<name>`             | a schedule: its expression and its next due time                          |
 * | `m/search/<machine>`   | the search attributes by which its instances are in the index             |
 * | `T/<time>/<uid>`       | when an instance that sleeps must wake                                    |
 * | `F/<time>/<uid>`       | when an instance ended                                                    |
 * | `m/c/<slot>`           | recent batches of all instances: number, id counter, count of each status |
 */
export const prefix = {
  actor: 'a/',
  timer: 't/',
  command: 'd/',
  step: 'r/',
  outbox: 'o/',
  passivated: 's/',
  passivatedRow: 'z/',
  waitingEvent: 'W/',
  commit: 'm/c/',
  instance: 'I/',
  instanceRow: 'V/',
  queued: 'Q/',
  wakeTime: 'T/',
  endTime: 'F/',
  index: 'X/',
  schedule: 'E/',
} as const;

/** Incremented when the meaning of a row changes. */
export const storeFormat = 1;

/** The format of a store of instances, so that a system with one root refuses it. */
export const instancesFormat = 2;

/** Number of commits whose rows are kept and compared on opening; a lost batch among them is detected. */
export const retainedCommits = 4096;

const uidLength = 8;

/** Ids sort by age. */
export const formatUid = (count: number): string => count.toString(36).padStart(uidLength, '0');

/** The number from which {@link formatUid} made the id. */
export const numberOfUid = (uid: string): number => Number.parseInt(uid, 36);

const timeLength = 9;
const latestTime = 36 ** timeLength - 1;

/** Times in milliseconds since the epoch sort by age. */
const formatTime = (ms: number): string =>
  Math.min(Math.max(0, Math.floor(ms)), latestTime)
    .toString(36)
    .padStart(timeLength, '0');

/** The time in the key of a row under `T/` or `F/`. */
export const timeOfKey = (at: string): number => Number.parseInt(at.slice(2, 2 + timeLength), 36);

export const key = {
  format: 'm/format',
  store: 'm/store',
  actor: (uid: string) => `${prefix.actor}${uid}`,
  state: (uid: string) => `${prefix.actor}${uid}/now`,
  timer: (uid: string, id: string) => `${prefix.timer}${uid}/${id}`,
  command: (number: number) => `${prefix.command}${formatUid(number)}`,
  step: (uid: string, name: string) => `${prefix.step}${uid}/${name}`,
  outbox: (seq: string) => `${prefix.outbox}${seq}`,
  passivated: (uid: string) => `${prefix.passivated}${uid}`,
  /**
   * All rows of one passivated actor, or one of them: the actor's uid, then the key the row has while the actor is
   * active.
   */
  passivatedRow: (uid: string, activeKey = '') => `${prefix.passivatedRow}${uid}/${activeKey}`,
  waitingEvent: (uid: string, number: string) => `${prefix.waitingEvent}${uid}/${number}`,
  /** All instances of a machine, or one of them. */
  instance: (machine: string, id = '') => `${prefix.instance}${encodeURIComponent(machine)}/${encodeURIComponent(id)}`,
  /** All rows of the system of an instance, or one of them. */
  instanceRow: (uid: string, ownKey = '') => `${prefix.instanceRow}${uid}/${ownKey}`,
  /** All events that wait for an instance, or one of them. */
  queued: (uid: string, number?: number) => `${prefix.queued}${uid}/${number === undefined ? '' : formatUid(number)}`,
  wakeTime: (ms: number, uid: string) => `${prefix.wakeTime}${formatTime(ms)}/${uid}`,
  endTime: (ms: number, uid: string) => `${prefix.endTime}${formatTime(ms)}/${uid}`,
  /** All instances of a machine by one field, or those whose encoded value of it begins so. */
  index: (machine: string, field: string, value = '') =>
    `${prefix.index}${encodeURIComponent(machine)}/${encodeURIComponent(field)}/${value}`,
  schedule: (name: string) => `${prefix.schedule}${encodeURIComponent(name)}`,
  search: (machine: string) => `m/search/${encodeURIComponent(machine)}`,
  commit: (commit: number, retained = retainedCommits) => `${prefix.commit}${commit % retained}`,
};

/** Splits `<uid>` or `<uid>/<rest>`, a key without its prefix. */
export function splitKey(tail: string): { uid: string; rest: string } {
  return { uid: tail.slice(0, uidLength), rest: tail.slice(uidLength + 1) };
}

/** The uid in the key of a row of an actor. Keys of other rows have another text in its place. */
export const uidOfKey = (key: string): string => splitKey(key.slice(prefix.actor.length)).uid;
