import { type Profile, profileOf, thresholdNames } from '../../index.ts';
import { settingsOf } from '../config.ts';
import { table } from '../help.ts';
import { findPlace } from '../place.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';

export const run: Run = async ({ globals, io, given }) => {
  const { profiles } = await settingsOf(await findPlace({ ...globals, env: io.env }), io.env);
  const profile = profileOf(given.text('name') ?? '', profiles);
  return { data: { profile: snakeKeys(profile) }, text: told(profile) };
};

function told({ name, thresholds, guards, retriesMax, fixesMax }: Profile): string {
  const rows = thresholdNames.map(threshold => [threshold, meaning(thresholds[threshold])] as const);
  const list = (tools: readonly string[], none: string) => (tools.length === 0 ? none : tools.join(', '));
  return [
    name,
    ...table([
      ...rows,
      ['denyTools', list(guards.denyTools, 'none')],
      ['allowTools', list(guards.allowTools, 'all that are not denied')],
      ['callsPerStepMax', String(guards.callsPerStepMax)],
      ['retriesMax', String(retriesMax)],
      ['fixesMax', String(fixesMax)],
    ]),
  ].join('\n');
}

function meaning(height: number): string {
  if (height >= 1) return `${height}    asks a person, however sure it is`;
  return height === 0 ? '0    goes on by itself' : `${height}  goes on by itself when it is that sure`;
}
