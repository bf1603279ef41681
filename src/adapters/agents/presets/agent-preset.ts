/**
 * A preset describes an agent that users install themselves: how to start it for each role, which environment variables it
 * gets, how to sign in, and the format of its output. Data only; `../formats` has the readers of the formats.
 */
import type { AgentFormat } from '../../../model/agent-format.ts';
import type { Watchdogs } from '../../../model/watchdogs.ts';

/** A file that exists after sign-in. Troupe checks that it exists and never reads it. */
export interface SignInFile {
  /** The variable that, when set, names the folder of the file. */
  readonly variable?: string;
  /** The default folder, relative to the home folder. */
  readonly folder: string;
  readonly path: string;
}

/** How to start an agent that the user installed, and how to read its output. Plain data. */
export interface AgentPreset {
  /** The name in actions and on the command line. */
  readonly name: string;
  readonly title: string;
  readonly homepage: string;
  /** The package that installs it; null if npm does not. */
  readonly npmPackage: string | null;
  /** The version it was tried with; null if it is written from documentation only. */
  readonly tried: string | null;
  readonly program: string;
  /** Arguments that print its version. */
  readonly versionArgs: readonly string[];
  /** Arguments for every role. */
  readonly args: readonly string[];
  /** Arguments for roles that change nothing: strategy, estimation, review, commit message. */
  readonly lookArgs: readonly string[];
  /** Arguments for execution, fixes and conflicts: it may change files in its folder. */
  readonly workArgs: readonly string[];
  /**
   * Arguments with which it uses the tools of its task: those that TROUPE_MCP_URL and TROUPE_MCP_TOKEN name. `{toolUrl}` is
   * replaced by the address, `{toolBridge}` by the keys `command` and `args` of a program that forwards to it, as JSON. Never the
   * token itself, which other users could see.
   */
  readonly toolArgs?: readonly string[];
  /** Variables to the same end. One that the user has set stays as it is: the agent then prints what it decides. */
  readonly toolEnvironment?: Readonly<Record<string, string>>;
  /** Arguments that select the model; `{model}` is replaced. */
  readonly modelArgs: readonly string[];
  /** Arguments that select the reasoning effort; `{effort}` is replaced. null if there is no such option. */
  readonly effortArgs: readonly string[] | null;
  /** How it gets the prompt: on standard input, or in these arguments, where `{prompt}` is replaced. */
  readonly promptArgs: 'stdin' | readonly string[];
  /**
   * How it continues a session of an earlier run; `{session}` is replaced. null if it cannot, or does not report its session.
   */
  readonly resume: {
    /** Arguments between all others and those of the prompt. A last `-` stands for a prompt on standard input. */
    readonly args: readonly string[];
    /** The command with which a person opens the session, in the folder it worked in. */
    readonly open: readonly string[];
  } | null;
  /**
   * Arguments that give a new session the id `{session}`, for an agent that reports its session only at the end: one that is killed
   * could not be continued.
   */
  readonly newSessionArgs?: readonly string[];
  /** Arguments that name the file `{usageFile}`, in which it writes its usage, for an agent that prints none. */
  readonly usageArgs?: readonly string[];
  /** Environment variables that Troupe sets. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * JavaScript that Bun loads before the program, for one that is compiled by Bun. A value of `BUN_OPTIONS` that the user has set
   * stays as it is: the agent then runs without it.
   */
  readonly bunPreload?: string;
  /** Further variables for roles that change nothing. */
  readonly lookEnvironment?: Readonly<Record<string, string>>;
  /** Names of the user's variables that it gets; a name that ends in `*` matches all names with that prefix. */
  readonly passes: readonly string[];
  readonly signIn: {
    /** The command to sign in. */
    readonly command: string;
    /** Files of which one exists after sign-in. */
    readonly files: readonly SignInFile[];
    /** Variables of which each alone is a sign-in. */
    readonly variables: readonly string[];
    /** Whether the sign-in may also be in a keychain. */
    readonly keychain?: boolean;
  };
  /** Arguments that permit more, named in the error when permissions were refused. */
  readonly permissions: string;
  /**
   * Which of the retries that it reports ends its run: the first of one whose library has tried again in silence before. A rate
   * limit that is not known to be short ends every run at the first.
   * @default 2
   */
  readonly retriesMax?: number;
  /** Default limits that differ from those of a command. */
  readonly watchdogs?: Readonly<Partial<Pick<Watchdogs, 'outputMiB' | 'resultSeconds' | 'graceSeconds'>>>;
  readonly reads: AgentFormat;
  /** The usage that it reports. */
  readonly reports: { readonly tokens: boolean; readonly usd: boolean };
}
