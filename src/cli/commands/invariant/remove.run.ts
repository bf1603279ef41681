import { formatInvariants } from '../../../presentation/invariants.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';
import { requiredArgument } from '../../required-argument.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const removed = await opened.troupe.removeInvariant(requiredArgument(context.args, 'invariant'));
  return { data: { invariant: toSnakeCaseKeys(removed) }, text: `Removed ${formatInvariants([removed]).trim()}` };
};
