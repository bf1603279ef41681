import { Fault, type InvariantDraft } from '../../index.ts';
import { openHere } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Context, Run } from '../verb.ts';
import { invariantLines } from '../view/invariant.ts';

export const run: Run = async context => {
  const reach = reachOf(context);
  const draft = await draftOf(context);
  await using opened = await openHere(context);
  const added = await opened.troupe.addInvariant(draft, reach);
  return { data: { invariants: added.map(each => snakeKeys(each)) }, text: invariantLines(added) };
};

function reachOf({ given }: Context): { plans: string[] } | { scope: 'project' | 'global' } {
  const plans = given.list('plan');
  const wanted = [plans.length > 0, given.has('project'), given.has('global')].filter(Boolean);
  if (wanted.length > 1) {
    throw new Fault('USAGE', 'A rule reaches as far as one of --plan, --project and --global says', {
      hints: ['troupe help invariant add'],
    });
  }
  if (plans.length > 0) return { plans };
  return { scope: given.has('global') ? 'global' : 'project' };
}

async function draftOf({ given }: Context): Promise<InvariantDraft> {
  const check = given.text('check');
  const project = given.text('in');
  const { parse } = await import('yaml');
  try {
    return {
      text: given.text('text') ?? '',
      check: check === undefined ? null : parse(check),
      nonOverridable: given.has('non-overridable'),
      each: given.text('each') === 'action' ? 'action' : 'phase',
      ...(project === undefined ? {} : { project }),
    };
  } catch (cause) {
    throw new Fault('INVALID_INVARIANT', `--check is no YAML: ${check}`, {
      where: '--check',
      hints: ['troupe help invariant add'],
      cause,
    });
  }
}
