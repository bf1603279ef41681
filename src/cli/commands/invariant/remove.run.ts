import { formatInvariants } from '../../../presentation/invariants.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const removed = await opened.troupe.removeInvariant(context.args.text('invariant') ?? '');
  return { data: { invariant: toSnakeCaseKeys(removed) }, text: `Removed ${formatInvariants([removed]).trim()}` };
};
