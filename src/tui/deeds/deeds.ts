import type { Deed } from '../hand.ts';
import { deny, nextAsk } from './consenting.ts';
import { inspect } from './inspecting.ts';
import { copy, open, save, shell } from './keeping.ts';
import { apply } from './landing.ts';
import { fork, make } from './making.ts';
import { approve, cancel, interrupt, message, pause, retry, revert } from './moving.ts';
import { append, checkpoint, correct, reject, rollback, undo } from './returning.ts';
import { revise } from './revising.ts';
import { base, both, edit, giveToAgent, ours, theirs } from './settling.ts';

/** By the names in the table of keys. */
export const deeds: Readonly<Record<string, Deed>> = {
  ...{ approve, apply, pause, retry, revert, cancel, message, interrupt },
  ...{ deny, 'next-ask': nextAsk },
  ...{ new: make, fork },
  ...{ correct, append, reject, revise, rollback, undo, checkpoint },
  ...{ ours, theirs, base, both, edit, hand: giveToAgent },
  ...{ copy, save, open, shell, inspect },
  leave: async hand => {
    hand.leave();
    return null;
  },
};
