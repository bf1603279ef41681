import { profileNames, profilePurposes } from '../../index.ts';
import { settingsOf } from '../config.ts';
import { table } from '../help.ts';
import { findPlace } from '../place.ts';
import type { Run } from '../verb.ts';

export const run: Run = async ({ globals, io }) => {
  const { profile = 'supervised', profiles = [] } = await settingsOf(
    await findPlace({ ...globals, env: io.env }),
    io.env,
  );
  const own = profiles.map(({ name }) => ({ name, builtin: false, purpose: 'your own' }));
  const builtin = profileNames
    .filter(name => profiles.every(other => other.name !== name))
    .map(name => ({ name, builtin: true, purpose: profilePurposes[name] }));
  const all = [...builtin, ...own].map(each => ({ ...each, default: each.name === profile }));
  const rows = all.map(each => [each.name, `${each.purpose}${each.default ? ' (in use here)' : ''}`] as const);
  return { data: { profiles: all }, text: table(rows).join('\n') };
};
