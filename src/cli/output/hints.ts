/** Adapts hints to the directory where the command was typed, and describes each. */
import { shellQuote, withoutPassword } from '../../index.ts';
import type { GlobalOptions } from '../command.ts';
import { commandDefinitions } from '../commands/index.ts';

/** Adds a flag to a command, before operands after `--`. */
export function appendFlag(command: string, flag: string): string {
  return command.replace(/(?= -- |$)/, ` ${flag}`);
}

/**
 * Adds `-C` and `--store` to a hint, for a command typed elsewhere. A password of a database comes from `PGPASSWORD` or
 * `~/.pgpass` then: it must not be in logs.
 */
export function withLocationFlags(
  hint: string,
  { directory, store }: Pick<GlobalOptions, 'directory' | 'store'>,
): string {
  const at = directory === '.' ? '' : ` -C ${shellQuote(directory)}`;
  const keeps = store === undefined ? '' : ` --store ${shellQuote(withoutPassword(store))}`;
  return hint.replace(/(?<=^|&& )(troupe|git)(?= )(?!.*? (?:-C|--store) )/g, program =>
    program === 'troupe' ? `troupe${at}${keeps}` : `git${at}`,
  );
}

/** Adds a description after `#`; unchanged when the hint has one or none is known. */
export function withDescription(hint: string): string {
  if (/\s# /.test(hint)) return hint.replace(/\s+# /, '  # ');
  const does = describeCommand(hint);
  return does === null ? hint : `${hint}  # ${does}`;
}

function describeCommand(hint: string): string | null {
  const plain = hint.replace(/ (?:-C|--store) (?:'[^']*'|\S+)/g, '');
  const known = descriptions.find(([shape]) => shape.test(plain));
  if (known !== undefined) return known[1];
  const topic = /^troupe help ?(.*)$/.exec(plain)?.[1];
  if (topic !== undefined)
    return topic === 'action' ? 'describe every key of an action' : `show help${topic && ` for ${topic}`}`;
  const typed = plain.split(' ').slice(1);
  const verb = [3, 2, 1]
    .map(count => typed.slice(0, count).join(' '))
    .flatMap(path => commandDefinitions.filter(each => each.path === path))[0];
  return verb === undefined ? null : lower(verb.summary.split(';')[0] ?? '');
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** Descriptions that are not the summary of a command, also of other programs. The first match is used. */
const descriptions: readonly (readonly [shape: RegExp, does: string])[] = [
  [/^git .*stash .*&& .*stash pop$/, 'set your changes aside, apply, and put them back'],
  [/^git init\b/, 'make it a repository'],
  [/^troupe plan resolve .*--take ours/, 'take the side that was merged first'],
  [/^troupe plan resolve .*--take theirs/, 'take the other side'],
  [/^troupe plan resolve .*--take both/, 'take both sides, one after the other'],
  [/^troupe plan resolve .*--edit/, 'resolve it in your editor'],
  [/^EDITOR=/, 'resolve it in that editor'],
  [/^troupe plan apply .*--branch/, 'put the result on that branch'],
  [/^troupe plan apply .*--patch .*--force/, 'overwrite that file'],
  [/^troupe plan apply .*--patch/, 'write the result to a patch file'],
  [/^troupe plan apply .*--onto/, 'apply it to the branch that is checked out'],
  [/^troupe plan apply .*--finished.*--dry-run/, 'show the finished work that can be applied'],
  [/^troupe plan apply .*--finished/, 'apply the finished subplans'],
  [/^troupe plan apply\b/, 'apply the reviewed result'],
  [/^troupe plan execute\b/, 'continue from where it stopped'],
  [/^troupe plan edit .*--print/, 'print the strategy as text'],
  [/^troupe plan fork\b/, 'create a plan from its newest checkpoint, or the named one'],
  [/^troupe plan rollback .*--force/, 'roll back although files were edited; the edits are saved in a checkpoint'],
  [/^troupe plan correct .*--force/, 'correct it although files were edited; the edits are saved in a checkpoint'],
  [/^troupe doctor --repair/, 'copy the store, then repair it'],
  [/^troupe gc --delete/, 'remove unused data'],
  [/^troupe --version/, 'show the version of this program'],
  [/^git status/, 'show changes and operations in progress'],
  [/^git branch/, 'list branches'],
  [/^git switch/, 'check out that branch'],
  [/^git commit/, 'make a first commit'],
  [/^git add/, 'make a first commit'],
  [/^git fetch .*refs\/troupe/, 'fetch the files of plans from there'],
  [/^git fetch/, 'fetch missing objects from the remotes'],
  [/^git fsck/, 'check the repository'],
  [/^git revert/, 'undo those commits with new ones'],
  [/^git config --global --add safe.directory/, 'allow git to work there'],
  [/^git config user\.email/, 'set your address in git, for this repository'],
  [/^git config/, 'set your name in git, for this repository'],
  [/^git remote/, 'list remotes'],
  [/^git log/, 'list commits'],
  [/^git show/, 'show the newest commit'],
  [/^git worktree list/, 'list checkouts of it'],
  [/^git --version/, 'show the version of git'],
  [/^git help/, 'show what git allows'],
  [/^git cat-file/, 'show that object'],
  [/^cat /, 'show the file'],
  [/^node --version/, 'show the version of Node'],
  [/^npm run build/, 'build the package'],
  [/^npm install -g /, 'install it'],
  [/^\w+ (?:auth )?login\b/, 'sign in'],
  [/^ls\b/, 'list the folder'],
  [/^rm\b/, 'remove it'],
  [/^mkdir\b/, 'create the folder'],
  [/^df\b/, 'show free disk space'],
  [/^pg_isready\b/, 'check whether the server accepts connections'],
  [/^createdb\b/, 'create the database'],
  [/^ulimit\b/, 'let this shell open more files'],
  [/^export\b/, 'set it for this shell'],
  [/^kill\b/, 'end that process'],
  [/^echo "\$PATH"/, 'show the search path for programs'],
];
