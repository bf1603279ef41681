import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Project, ProjectHead } from '../../ports/project.ts';
import type { UseOptions } from '../options.ts';

/** The head of one project of a plan. */
export interface AliasedHead extends ProjectHead {
  alias: string;
}

/**
 * Resolves where a plan starts, in each of its projects. A requested base applies to the first.
 * @throws {TroupeError} USAGE for an unknown alias, or one that is named twice
 */
export async function resolveHeads(
  project: Project,
  { base, fetch = false, from, projects = [] }: Pick<UseOptions, 'base' | 'fetch' | 'from' | 'projects'>,
): Promise<[AliasedHead, ...AliasedHead[]]> {
  const linked = project.linked ?? new Map<string, Project>();
  const [first = 'main'] = linked.keys();
  const heads: [AliasedHead, ...AliasedHead[]] = [
    { alias: first, ...(await project.head(base, { fetch, ...(from !== undefined && { from }) })) },
  ];
  for (const alias of projects) {
    const other = linked.get(alias);
    if (other === undefined)
      throw unusableProjectError(
        alias,
        `is none of the projects here: ${[...linked.keys()].join(', ') || 'there is one only'}`,
      );
    if (heads.some(head => head.alias === alias)) throw unusableProjectError(alias, 'is named twice');
    heads.push({ alias, ...(await other.head(undefined, { fetch })) });
  }
  return heads;
}

function unusableProjectError(alias: string, why: string): TroupeError {
  return new TroupeError('USAGE', `The project "${alias}" ${why}`, {
    where: alias,
    hints: [commandHint('help plan use')],
  });
}
