/**
 * Every key the durable runtime writes. Other letters belong to its callers (the journal, records of a domain);
 * they are written in the same batches and never read here.
 *
 * | key                    | row                                                                       |
 * |------------------------|---------------------------------------------------------------------------|
 * | `a/<uid>`              | a live actor as it was born: identity and first state                     |
 * | `a/<uid>/now`          | its state since, once it changed                                          |
 * | `t/<uid>/<id>`         | a timer of that actor, with its absolute deadline, or what is left of it  |
 * | `d/<place>`            | a command that was applied: its number and its key                        |
 * | `r/<uid>/<step>`       | the recorded result of an effect's step                                   |
 * | `o/<seq>`              | a fact the sink has not acknowledged                                      |
 * | `s/<uid>`              | a sleeping actor: how to find and wake it                                 |
 * | `z/<uid>/<key>`        | the `a/` and `t/` rows of its subtree                                     |
 * | `m/format`             | version of this table                                                     |
 * | `m/c/<slot>`           | the last commits: commit number, id counter, actor count, perhaps time    |
 */
export const prefix = {
  actor: 'a/',
  timer: 't/',
  command: 'd/',
  step: 'r/',
  outbox: 'o/',
  sleeper: 's/',
  slept: 'z/',
  commit: 'm/c/',
} as const;

/** Bumped when a row's meaning changes. */
export const storeFormat = 1;

/** Commits whose rows are kept and compared at the next opening: a lost batch among them is noticed. */
export const commitsKept = 1024;

/** Commands remembered: one repeated within this many later commands is recognised as a duplicate. */
export const commandsKept = 4096;

const uidLength = 8;

/** Identifiers sort by age. */
export const uidOf = (count: number): string => count.toString(36).padStart(uidLength, '0');

export const key = {
  format: 'm/format',
  actor: (uid: string) => `${prefix.actor}${uid}`,
  state: (uid: string) => `${prefix.actor}${uid}/now`,
  timer: (uid: string, id: string) => `${prefix.timer}${uid}/${id}`,
  command: (place: number) => `${prefix.command}${place}`,
  step: (uid: string, name: string) => `${prefix.step}${uid}/${name}`,
  outbox: (seq: string) => `${prefix.outbox}${seq}`,
  sleeper: (uid: string) => `${prefix.sleeper}${uid}`,
  /** All rows of one sleeper, or one of them: the key it has while awake, behind the sleeper's uid. */
  slept: (uid: string, awake = '') => `${prefix.slept}${uid}/${awake}`,
  commit: (commit: number) => `${prefix.commit}${commit % commitsKept}`,
};

/** Takes apart `<uid>` or `<uid>/<rest>`, a key without its prefix. */
export function split(tail: string): { uid: string; rest: string } {
  return { uid: tail.slice(0, uidLength), rest: tail.slice(uidLength + 1) };
}
