import { findProfile, type Profile, thresholdNames } from '../../../index.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import { formatTable } from '../../../presentation/text-layout.ts';
import type { RunCommand } from '../../command.ts';
import { loadSettings } from '../../project/config.ts';
import { locateProject } from '../../project/project-location.ts';
import { requiredArgument } from '../../required-argument.ts';

export const run: RunCommand = async ({ globals, io, args }) => {
  const { profiles } = await loadSettings(await locateProject({ ...globals, env: io.env }), io.env);
  const profile = findProfile(requiredArgument(args, 'name'), profiles);
  return { data: { profile: toSnakeCaseKeys(profile) }, text: formatProfile(profile) };
};

function formatProfile({ name, thresholds, guards, retriesMax, fixesMax, questions }: Profile): string {
  const rows = thresholdNames.map(threshold => [threshold, thresholdText(thresholds[threshold])] as const);
  const list = (tools: readonly string[], none: string) => (tools.length === 0 ? none : tools.join(', '));
  return [
    name,
    ...formatTable([
      ...rows,
      ['denyTools', list(guards.denyTools, 'none')],
      ['allowTools', list(guards.allowTools, 'all that are not denied')],
      ['callsPerStepMax', String(guards.callsPerStepMax)],
      ['retriesMax', String(retriesMax)],
      ['fixesMax', String(fixesMax)],
      ['questions', questions],
    ]),
  ].join('\n');
}

function thresholdText(height: number): string {
  if (height >= 1) return `${height}    asks a person, however sure it is`;
  return height === 0 ? '0    proceeds without asking' : `${height}  proceeds without asking from this confidence`;
}
