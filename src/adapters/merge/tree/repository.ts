import { startDirectly, startProgram } from '../../process/spawn-server/start-program.ts';
import { collectOutput, type GitResult, inputAndOutput } from '../../project/git/collect-output.ts';
import { type GitBatchProcess, openGitBatchProcess } from '../../project/git/git-batch-process.ts';

/** The location of a repository, and of git commands about it. */
export interface Repository {
  gitDir: string;
  /** The work tree, if there is one: its `.gitattributes` determine how files merge. */
  directory: string;
  /** The environment for git; its own variables are removed. */
  env: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** User settings that would change the result or the output of a merge; everything else stays as configured. */
const neutral = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'diff.renames=true',
  'diff.renameLimit=0',
  'gc.auto=0',
  'merge.conflictStyle=merge',
  'merge.default=text',
  'merge.directoryRenames=conflict',
  'merge.renameLimit=0',
  'merge.renames=true',
  'merge.renormalize=false',
].flatMap(setting => ['-c', setting]);

/** Starts a long-running git on the objects of a repository. */
export function stayingGit(repository: Repository, words: readonly string[]): GitBatchProcess {
  return openGitBatchProcess(startDirectly('git', argumentsFor(repository, words), placeOf(repository)), words);
}

/** A git that ends by itself: what it printed, and how it ended. */
export function runGit(repository: Repository, words: readonly string[], timeoutMs: number): Promise<GitResult> {
  const options = { ...placeOf(repository), detached: true, stdio: inputAndOutput() };
  return collectOutput(startProgram('git', argumentsFor(repository, words), options), { timeoutMs });
}

const argumentsFor = ({ gitDir }: Repository, words: readonly string[]) => ['--git-dir', gitDir, ...neutral, ...words];

const placeOf = ({ directory, env }: Repository) => ({ cwd: directory, env: gitEnvironment(env) });

/** Returns the environment without variables that redirect git, and with the locale that is parsed. */
export function gitEnvironment(from: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => !name.startsWith('GIT_') && name !== 'LANGUAGE');
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}
