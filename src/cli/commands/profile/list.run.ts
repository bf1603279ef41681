import { profileDescriptions, profileNames } from '../../../index.ts';
import { formatTable } from '../../../presentation/text-layout.ts';
import type { RunCommand } from '../../command.ts';
import { loadSettings } from '../../project/config.ts';
import { locateProject } from '../../project/project-location.ts';

export const run: RunCommand = async ({ globals, io }) => {
  const { profile = 'supervised', profiles = [] } = await loadSettings(
    await locateProject({ ...globals, env: io.env }),
    io.env,
  );
  const own = profiles.map(({ name }) => ({ name, builtin: false, purpose: 'your own' }));
  const builtin = profileNames
    .filter(name => profiles.every(other => other.name !== name))
    .map(name => ({ name, builtin: true, purpose: profileDescriptions[name] }));
  const all = [...builtin, ...own].map(each => ({ ...each, default: each.name === profile }));
  const rows = all.map(each => [each.name, `${each.purpose}${each.default ? ' (in use here)' : ''}`] as const);
  return { data: { profiles: all }, text: formatTable(rows).join('\n') };
};
