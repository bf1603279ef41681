import { TroupeError } from '../model/errors.ts';
import { nameKey } from '../model/name-key.ts';
import type { TroupeOptions } from './options.ts';

type NamedOptions = Pick<TroupeOptions, 'agents' | 'tools' | 'profiles' | 'resources'>;

/**
 * Checks the names of custom agents, tools, profiles and resources, by the rule for names of actions.
 * @throws {TroupeError} INVALID_NAME for an invalid name, and when two of a kind differ only in case
 */
export async function assertValidNames({
  agents = {},
  tools = [],
  profiles = [],
  resources = [],
}: NamedOptions): Promise<void> {
  const kinds = {
    agent: Object.keys(agents),
    tool: tools.flatMap(({ name, aliases = [] }) => [...new Set([name, ...aliases])]),
    profile: profiles.map(({ name }) => name),
    resource: resources.map(({ name }) => name),
  };
  // Most programs name nothing, and commands that only read plans do not load schemas.
  if (Object.values(kinds).every(names => names.length === 0)) return;
  const { Name } = await import('../model/name.ts');
  for (const [kind, names] of Object.entries(kinds)) {
    const known = new Map<string, string>();
    for (const name of names) {
      const where = `${kind} "${name}"`;
      const [issue] = Name.safeParse(name).error?.issues ?? [];
      if (issue !== undefined)
        throw new TroupeError('INVALID_NAME', `The name "${name}" of a ${kind}: ${issue.message}`, { where });
      const other = known.get(nameKey(name));
      if (other !== undefined)
        throw new TroupeError('INVALID_NAME', `Two ${kind}s have the name "${name}": case does not count`, { where });
      known.set(nameKey(name), name);
    }
  }
}
