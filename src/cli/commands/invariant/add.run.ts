import { commandHint, type InvariantDraft, TroupeError } from '../../../index.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { formatInvariants } from '../../../presentation/invariants.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { CommandContext, RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';
import { requiredArgument } from '../../required-argument.ts';

export const run: RunCommand = async context => {
  const reach = scopeFromFlags(context);
  const draft = await invariantFromFlags(context);
  await using opened = await openProject(context);
  const added = await opened.troupe.addInvariant(draft, reach);
  return { data: { invariants: added.map(each => toSnakeCaseKeys(each)) }, text: formatInvariants(added) };
};

function scopeFromFlags({ args }: CommandContext): { plans: string[] } | { scope: 'project' | 'global' } {
  const plans = args.list('plan');
  const wanted = [plans.length > 0, args.has('project'), args.has('global')].filter(Boolean);
  if (wanted.length > 1) {
    throw new TroupeError('USAGE', 'A rule reaches as far as one of --plan, --project and --global says', {
      hints: [commandHint('help invariant add')],
    });
  }
  if (plans.length > 0) return { plans };
  return { scope: args.has('global') ? 'global' : 'project' };
}

async function invariantFromFlags({ args }: CommandContext): Promise<InvariantDraft> {
  const check = args.text('check');
  const project = args.text('in');
  const { parse } = await import('yaml');
  try {
    return {
      text: requiredArgument(args, 'text'),
      check: check === undefined ? null : parse(check),
      nonOverridable: args.has('non-overridable'),
      each: args.text('each') === 'action' ? 'action' : 'phase',
      ...omitUndefined({ project }),
    };
  } catch (cause) {
    throw new TroupeError('INVALID_INVARIANT', `--check is no YAML: ${check}`, {
      where: '--check',
      hints: [commandHint('help invariant add')],
      cause,
    });
  }
}
