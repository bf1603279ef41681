import { resolve } from 'node:path';
import { type ApplyOptions, type ApplyTarget, CommitTrailers, commandHint, TroupeError } from '../../../index.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import type { CommandContext } from '../../command.ts';

/** Returns the target from `--branch`, `--onto` and `--patch`; undefined without them. */
export function targetFromFlags(
  { args, globals }: Pick<CommandContext, 'args' | 'globals'>,
  root: string,
): ApplyTarget | undefined {
  const branch = args.text('branch');
  const onto = args.text('onto');
  const file = args.text('patch');
  if ([branch, onto, file].filter(word => word !== undefined).length > 1) {
    throw new TroupeError('USAGE', 'A result goes to one place', { hints: [commandHint('help plan apply')] });
  }
  const overwrite = args.has('force');
  if (overwrite && file === undefined) {
    throw new TroupeError('USAGE', 'Only a patch file is written over', {
      hints: [commandHint('help plan apply')],
    });
  }
  if (branch !== undefined) return { kind: 'branch', branch };
  if (onto !== undefined) return { kind: 'checkout', root, branch: onto };
  if (file === undefined) return undefined;
  return { kind: 'patch', file: resolve(globals.directory, file), ...(overwrite ? { overwrite } : {}) };
}

/** Returns the apply options from the flags, for a command typed in the checkout at `root`. @throws {TroupeError} USAGE */
export function applyOptionsFromFlags(context: Pick<CommandContext, 'args' | 'globals'>, root: string): ApplyOptions {
  const { args } = context;
  const only = args.list('only');
  if (args.has('drop-rest') && only.length === 0) {
    throw new TroupeError('USAGE', 'The discarded part is the rest of what --only names', {
      hints: [commandHint('plan review')],
    });
  }
  const then = args.text('post-apply');
  const note = {
    ...omitUndefined({ assistedBy: args.text('assisted-by'), coAuthoredBy: args.text('co-authored-by') }),
    ...(args.has('plan-trailer') ? { planId: true } : {}),
  };
  const commit = CommitTrailers.safeParse(note);
  if (!commit.success) {
    throw new TroupeError('USAGE', commit.error.issues.map(({ message }) => message).join('; '), {
      hints: [commandHint('help plan apply')],
    });
  }
  const subplans = args.list('subplan');
  const target = targetFromFlags(context, root);
  return {
    from: root,
    // By default: where earlier parts of the plan were applied, or else where the plan was created.
    ...omitUndefined({ target }),
    ...(only.length === 0 ? {} : { only }),
    ...(args.has('drop-rest') ? { discardRest: true } : {}),
    ...(args.has('finished') ? { finished: true } : {}),
    ...(subplans.length === 0 ? {} : { subplans }),
    ...(Object.keys(note).length === 0 ? {} : { commit: commit.data }),
    ...(then === undefined ? {} : { postApply: { argv: ['sh', '-c', then], timeoutSeconds: 300 } }),
  };
}
