import { omitUndefined } from '../../../model/optional-keys.ts';
import { formatInvariants } from '../../../presentation/invariants.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = context.args.text('plan');
  const invariants = await opened.troupe.invariants(omitUndefined({ plan }));
  const none = 'No rules. Add one with: troupe invariant add "what must hold" --project';
  return {
    data: { invariants: invariants.map(each => toSnakeCaseKeys(each)) },
    text: invariants.length === 0 ? none : formatInvariants(invariants),
  };
};
