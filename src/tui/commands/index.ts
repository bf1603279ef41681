import type { UiCommand } from '../command-context.ts';
import { apply } from './apply.ts';
import { deny, nextApproval } from './approvals.ts';
import { assignToAgent, base, both, edit, ours, theirs } from './conflicts.ts';
import { fork, newPlan } from './create.ts';
import { editPlanStrategy } from './edit-strategy.ts';
import { copy, openSandbox, save, shell } from './files.ts';
import { inspect } from './inspector.ts';
import { approve, cancel, guide, interrupt, pause, retry, revert } from './lifecycle.ts';
import { append, checkpoint, correct, reject, rollback, undo } from './rollback.ts';

/** By the names in the table of keys. */
export const uiCommands: Readonly<Record<string, UiCommand>> = {
  ...{ approve, apply, pause, retry, revert, cancel, guide, interrupt },
  ...{ deny, 'next-approval': nextApproval },
  ...{ new: newPlan, fork },
  ...{ correct, append, reject, 'edit-strategy': editPlanStrategy, rollback, undo, checkpoint },
  ...{ ours, theirs, base, both, edit, assign: assignToAgent },
  ...{ copy, save, 'open-sandbox': openSandbox, shell, inspect },
  leave: async context => {
    context.leave();
    return null;
  },
};
