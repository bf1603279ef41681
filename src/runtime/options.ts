/** Options for opening Troupe and for creating a plan. */
import type { Action } from '../model/action.ts';
import type { AgentSpec } from '../model/agent.ts';
import type { BestOf } from '../model/best-of.ts';
import type { Attendance, CheckoutGuard, OwnFiles } from '../model/checkout.ts';
import type { InvariantDraft } from '../model/invariant.ts';
import type { PriceTable } from '../model/price.ts';
import type { Profile } from '../model/profile.ts';
import type { Agent } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';
import type { DispatcherOpener } from '../ports/dispatcher.ts';
import type { GlobalInvariantStore } from '../ports/global-invariants.ts';
import type { Project } from '../ports/project.ts';
import type { Resource } from '../ports/resource.ts';
import type { StoreOpener } from '../ports/store.ts';
import type { Tool } from '../ports/tool.ts';
import type { ApprovalHandler } from './approvals/wait-for-approval.ts';

/** Options of `openTroupe`. */
export interface TroupeOptions {
  store: StoreOpener;
  project: Project;
  /**
   * Custom agents, by name: as an object, or described as in an action. A name of a preset replaces the preset. Actions may
   * also describe agents in place.
   * @default only the presets
   */
  agents?: Readonly<Record<string, Agent | AgentSpec>>;
  /** Custom tools, in addition to the built-in ones. */
  tools?: Tool[];
  /** Project files that do not merge as text: databases, indexes. @default none */
  resources?: Resource[];
  /** Storage of global invariants. @default none: there are no global invariants */
  globalInvariants?: GlobalInvariantStore;
  clock?: Clock;
  /** Maximum number of root plans executing at the same time; more wait. @default 4 */
  concurrency?: number;
  /**
   * Maximum number of agents working at the same time, by name, or by kind (`steps`, `script`, `command`) for those
   * described in place; more wait.
   * @default no limit
   */
  agentLimits?: Readonly<Record<string, number>>;
  /**
   * Maximum number of agents working on this machine at the same time, in all processes that share the folder.
   * @default no limit
   */
  machine?: { agentLimit: number; folder: string };
  /** Maximum nesting depth of subplans. @default 5 */
  depthMax?: number;
  /** Profile of plans whose action and caller name none. @default 'supervised' */
  profile?: string;
  /** Custom profiles, in addition to the eight built-in ones; one with the same name replaces a built-in one. @default none */
  profiles?: Profile[];
  /** What reconciles the invariants of plans whose action does not say; null: nothing. @default 'builtin' */
  reconciliation?: 'builtin' | null;
  /**
   * What plans do when files of the checkout change while an agent works, unless their action says so.
   * @default see `attended`
   */
  checkoutGuard?: CheckoutGuard;
  /** Files that Troupe itself writes, which do not count as changes of a checkout. @default the output of this process */
  ownFiles?: OwnFiles;
  /** Sends work of agents and validations to workers: `workerQueue` of `troupe/worker`. @default all work is done in this process */
  workers?: DispatcherOpener;
  /** Called when a tool call needs approval. @default none: the call waits for `Plan.approve` or `Plan.deny` */
  onApprovalRequest?: ApprovalHandler;
  /** Environment variables of agents and validations, in addition to PATH, HOME, LANG and TMPDIR from here. @default {} */
  env?: Record<string, string>;
  /**
   * Environment variables for agents of presets: each agent gets those that its preset names, such as ANTHROPIC_API_KEY.
   * @default {}
   */
  agentEnv?: Record<string, string>;
  /**
   * Prices of models in US dollars, by the name of the model as the agent calls it, for agents that report tokens and no cost.
   * @default {}
   */
  prices?: PriceTable;
  /**
   * Values to redact from logs and records, by the name shown in their place; values shorter than six characters are
   * ignored.
   * @default none
   */
  secrets?: Readonly<Record<string, string>>;
  /** Folder for step logs. @default none: logs are kept in memory, bounded */
  logs?: string;
  /**
   * Maximum size of one plan's log in that folder, over all attempts, in bytes; the oldest lines are removed first.
   * @default 256 MiB
   */
  logBytesMax?: number;
  /** Resume unfinished plans on opening. Read-only clients pass false; a command then resumes them. @default true */
  resume?: boolean;
}

/** Options of `Troupe.use`. */
export interface UseOptions {
  /** Name of a stored action, or the action itself. */
  action: string | Action;
  /** The goal in one line. @default the action's description */
  goal?: string;
  arguments?: Record<string, unknown>;
  profile?: string;
  /** Commit, branch or tag to start from. @default HEAD */
  base?: string;
  /** The checkout of the repository to start from, if it is another worktree. @default the project's own */
  from?: string;
  /** Aliases of further projects the plan works on. @default only the first project */
  projects?: readonly string[];
  /** Fetch from the remote first; without a base, start from the upstream branch. @default false */
  fetch?: boolean;
  invariants?: InvariantDraft[];
  /** Parallel attempts at the goal, of which one is chosen. @default as the action says, else one */
  attempts?: BestOf;
  /** A plan without changes may be applied: it ends applied, without a commit. @default false */
  allowEmpty?: boolean;
  /** Run validations even if they passed before on the same files with the same command and environment. @default false */
  recheck?: boolean;
  /** Folder against which modules and programs of the action are resolved. @default the project's root */
  actionDir?: string;
  /** Start Strategize at once: always (true), never (false), or as the profile says (undefined). */
  start?: boolean;
  /**
   * Start the plan and continue to Execute without stopping after Strategize: always, or unless its profile requires
   * a review of the strategy. Stored with the plan, so it also applies after a restart.
   * @default as the profile says
   */
  execute?: 'always' | 'unlessReviewed';
  /**
   * Whether a user is present where the plan is created; decides on `checkoutGuard` when neither action nor options
   * do.
   * @default no one
   */
  attended?: Attendance;
}
