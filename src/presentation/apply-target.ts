import { type ApplyTarget, type PlanRecord, patchPath, shellQuote } from '../index.ts';

/** Returns the flags of a target, as you type them. */
export function targetFlagsText(target: ApplyTarget | undefined): string {
  if (target === undefined) return '';
  if (target.kind === 'branch') return ` --branch ${shellQuote(target.branch)}`;
  if (target.kind === 'checkout') return target.branch === undefined ? '' : ` --onto ${shellQuote(target.branch)}`;
  return ` --patch ${shellQuote(target.file)}${target.overwrite === true ? ' --force' : ''}`;
}

/** `here` is your current checkout, if known. */
export function formatTarget(
  target: ApplyTarget,
  { projectLinks: links }: Pick<PlanRecord, 'projectLinks'>,
  here?: string,
): string {
  if (target.kind === 'branch') return `branch ${target.branch}`;
  const aliases = links.map(({ alias }) => alias);
  if (target.kind === 'patch') {
    return aliases.length === 1
      ? `the file ${target.file}`
      : `the files ${aliases.map(alias => patchPath(target.file, alias)).join(', ')}`;
  }
  if (aliases.length > 1) return `the checkouts of ${aliases.join(', ')}`;
  const root = target.root ?? links[0]?.root;
  const branch = target.branch ?? links[0]?.branch ?? null;
  const checkout = here === undefined || here === root ? 'your checkout' : `the checkout ${root}`;
  return branch === null ? checkout : `${checkout} (branch ${branch})`;
}
