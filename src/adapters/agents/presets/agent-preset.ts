/**
 * What is known of an agent that people have installed: how it is started for each role, what it may see, how one signs
 * in, and in which format it prints. Data alone; the readers of the formats are in `../formats`.
 */
import type { AgentFormat } from '../../../model/agent-format.ts';

/** A file that exists once you have signed in. Only that it exists is looked at, never what it holds. */
export interface SignInFile {
  /** The variable that names the folder the file is in, where it is set. */
  readonly variable?: string;
  /** Otherwise that folder, from the home folder. */
  readonly folder: string;
  readonly path: string;
}

export interface AgentPreset {
  /** By which actions and the command line call it. */
  readonly name: string;
  readonly title: string;
  readonly homepage: string;
  /** null: it is not installed with npm. */
  readonly npmPackage: string | null;
  /** The version it was tried with; null: written by its documentation alone. */
  readonly tried: string | null;
  readonly program: string;
  /** Prints its version. */
  readonly versionArgs: readonly string[];
  /** Come first, whatever the role. */
  readonly args: readonly string[];
  /** For a strategist, an estimator, a reviewer and the author of a commit message, which change nothing. */
  readonly lookArgs: readonly string[];
  /** For work, fixes and conflicts: it may change files in its folder. */
  readonly workArgs: readonly string[];
  /** Names the model, `{model}`. */
  readonly modelArgs: readonly string[];
  /** Says how hard the model thinks, `{effort}`; null: it has no such choice. */
  readonly effortArgs: readonly string[] | null;
  /** How it gets the prompt: through standard input, or with `{prompt}` in the last of these arguments. */
  readonly promptArgs: 'stdin' | readonly string[];
  /** What it is given beside what it may see. */
  readonly environment: Readonly<Record<string, string>>;
  /** As `environment`, for roles that change nothing. */
  readonly lookEnvironment?: Readonly<Record<string, string>>;
  /** Names of variables of yours that reach it; one that ends in `*` stands for all that begin so. */
  readonly passes: readonly string[];
  readonly signIn: {
    /** What you run, or do, to sign in. */
    readonly command: string;
    /** One of these exists once you have signed in. */
    readonly files: readonly SignInFile[];
    /** Each is a way to sign in by itself. */
    readonly variables: readonly string[];
    /** It may also keep its sign-in where only the system sees it, such as a keychain. */
    readonly keychain?: boolean;
  };
  /** What lets it do more, told where its permissions were refused: arguments for `args` of the action. */
  readonly permissions: string;
  /** Limits other than those an action has when it says nothing. */
  readonly watchdogs?: { readonly outputMiB?: number };
  readonly reads: AgentFormat;
  /** What it says that it used. */
  readonly reports: { readonly tokens: boolean; readonly usd: boolean };
}
