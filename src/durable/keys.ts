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
  passivated: 's/',
  passivatedRow: 'z/',
  commit: 'm/c/',
} as const;

/** Bumped when a row's meaning changes. */
export const storeFormat = 1;

/** Commits whose rows are kept and compared at the next opening: a lost batch among them is noticed. */
export const retainedCommits = 1024;

/** Commands remembered: one repeated within this many later commands is recognised as a duplicate. */
export const retainedCommands = 4096;

const uidLength = 8;

/** Identifiers sort by age. */
export const formatUid = (count: number): string => count.toString(36).padStart(uidLength, '0');

export const key = {
  format: 'm/format',
  actor: (uid: string) => `${prefix.actor}${uid}`,
  state: (uid: string) => `${prefix.actor}${uid}/now`,
  timer: (uid: string, id: string) => `${prefix.timer}${uid}/${id}`,
  command: (slot: number) => `${prefix.command}${slot}`,
  step: (uid: string, name: string) => `${prefix.step}${uid}/${name}`,
  outbox: (seq: string) => `${prefix.outbox}${seq}`,
  passivated: (uid: string) => `${prefix.passivated}${uid}`,
  /** All rows of one sleeper, or one of them: the key it has while awake, behind the sleeper's uid. */
  passivatedRow: (uid: string, activeKey = '') => `${prefix.passivatedRow}${uid}/${activeKey}`,
  commit: (commit: number) => `${prefix.commit}${commit % retainedCommits}`,
};

/** Takes apart `<uid>` or `<uid>/<rest>`, a key without its prefix. */
export function splitKey(tail: string): { uid: string; rest: string } {
  return { uid: tail.slice(0, uidLength), rest: tail.slice(uidLength + 1) };
}
