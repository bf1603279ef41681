import { messageOf } from './caught-error.ts';
import { commandHint, type Hint } from './command-hint.ts';
import { omitUndefined } from './optional-keys.ts';

/**
 * One class for every error that a user can act on. An error says what happened (message), where (`where`), and what
 * to do next (`hints`, commands to run). Its `code` is stable and documented in docs/errors.md; messages may change.
 * Programming mistakes are plain `TypeError`s and never become TroupeErrors.
 */

export type ErrorCategory =
  | 'transient'
  | 'rate_limited'
  | 'auth'
  | 'usage'
  | 'validation'
  | 'invariant'
  | 'conflict'
  | 'budget'
  | 'timeout'
  | 'stalled'
  | 'crashed'
  | 'internal';

/** The meaning of each code: its category, the CLI's exit code, whether a retry may help, and the default hint. */
export const errorCodes = {
  USAGE: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help') },
  INVALID_ACTION: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help action') },
  INVALID_ARGUMENT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('action list') },
  INVALID_NAME: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help action') },
  INVALID_CONFIG: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('doctor') },
  INVALID_INVARIANT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help invariant add') },
  UNKNOWN_KEY: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help action') },
  UNKNOWN_ACTION: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('action list') },
  UNKNOWN_ACTOR: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan tree') },
  INSTANCE_FAILED: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  INSTANCE_ENDED: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('doctor') },
  UNKNOWN_AGENT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help action') },
  UNKNOWN_CHECKPOINT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan checkpoint list') },
  UNKNOWN_CONFLICT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan conflicts') },
  UNKNOWN_CORRECTION: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan corrections') },
  UNKNOWN_DECISION: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan explain') },
  UNKNOWN_INVARIANT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('invariant list') },
  UNKNOWN_PLAN: {
    category: 'usage',
    exitCode: 2,
    retriable: false,
    hint: commandHint('plan list', { options: { all: true } }),
  },
  UNKNOWN_PROFILE: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('profile list') },
  UNKNOWN_SESSION: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan logs') },
  UNKNOWN_TOOL: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan logs') },
  PACKAGE_MISSING: { category: 'usage', exitCode: 2, retriable: false, hint: 'npm install' },
  FILE_NOT_FOUND: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('help') },
  FILE_EXISTS: { category: 'usage', exitCode: 2, retriable: false, hint: 'ls' },
  NOT_A_PROJECT: { category: 'usage', exitCode: 2, retriable: false, hint: 'git init' },
  NO_COMMITS: { category: 'usage', exitCode: 2, retriable: false, hint: 'git commit --allow-empty -m "Begin"' },
  DETACHED_HEAD: { category: 'usage', exitCode: 2, retriable: false, hint: 'git branch' },
  DIRTY_CHECKOUT: { category: 'usage', exitCode: 2, retriable: false, hint: 'git status' },
  PHASE_GUARD: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan explain') },
  REVERSION_LIMIT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan explain') },
  DEPTH_LIMIT: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan tree') },
  DEPENDENCY_CYCLE: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan explain') },
  NOTHING_TO_APPLY: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan diff') },
  NOT_CORRECTABLE: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan explain') },
  CONFLICT_RESOLVED: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan conflicts') },
  PREFLIGHT_FAILED: { category: 'validation', exitCode: 2, retriable: false, hint: commandHint('doctor') },
  INVALID_DECISION: { category: 'validation', exitCode: 1, retriable: false, hint: commandHint('plan logs') },
  INVARIANT_VIOLATED: { category: 'invariant', exitCode: 3, retriable: false, hint: commandHint('plan diff') },
  CHECKOUT_TOUCHED: { category: 'invariant', exitCode: 3, retriable: false, hint: 'git status' },
  READ_ONLY_BREACH: { category: 'invariant', exitCode: 3, retriable: false, hint: commandHint('plan logs') },
  OUT_OF_SCOPE: { category: 'invariant', exitCode: 3, retriable: false, hint: commandHint('plan diff') },
  VALIDATION_FAILED: { category: 'validation', exitCode: 3, retriable: false, hint: commandHint('plan logs') },
  REVIEW_BLOCKED: { category: 'validation', exitCode: 3, retriable: false, hint: commandHint('plan diff') },
  SETUP_FAILED: { category: 'validation', exitCode: 1, retriable: true, hint: commandHint('plan logs') },
  NOTHING_DONE: { category: 'validation', exitCode: 3, retriable: false, hint: commandHint('plan logs') },
  AGENT_UNAVAILABLE: { category: 'auth', exitCode: 4, retriable: false, hint: commandHint('doctor') },
  AGENT_FAILED: { category: 'crashed', exitCode: 1, retriable: true, hint: commandHint('plan logs') },
  TOOL_REFUSED: { category: 'validation', exitCode: 1, retriable: false, hint: commandHint('plan explain') },
  TOOL_FAILED: { category: 'transient', exitCode: 1, retriable: true, hint: commandHint('plan logs') },
  CONFLICT_LEFT: { category: 'conflict', exitCode: 5, retriable: false, hint: commandHint('plan conflicts') },
  MERGE_CONFLICT: { category: 'conflict', exitCode: 5, retriable: false, hint: commandHint('plan conflicts') },
  APPROVAL_NEEDED: { category: 'usage', exitCode: 6, retriable: false, hint: commandHint('plan status') },
  BUDGET_EXHAUSTED: { category: 'budget', exitCode: 7, retriable: false, hint: commandHint('plan diff') },
  TIMED_OUT: { category: 'timeout', exitCode: 8, retriable: true, hint: commandHint('plan logs') },
  STALLED: { category: 'stalled', exitCode: 8, retriable: true, hint: commandHint('plan logs') },
  FLOODED: { category: 'stalled', exitCode: 8, retriable: true, hint: commandHint('plan logs') },
  BASE_MOVED: { category: 'conflict', exitCode: 9, retriable: false, hint: commandHint('plan explain') },
  TARGET_CHANGED: { category: 'conflict', exitCode: 9, retriable: false, hint: 'git branch' },
  STORE_LOCKED: { category: 'transient', exitCode: 10, retriable: true, hint: commandHint('doctor') },
  STORE_UNREACHABLE: { category: 'transient', exitCode: 10, retriable: true, hint: 'pg_isready' },
  QUEUE_UNREACHABLE: { category: 'transient', exitCode: 10, retriable: true, hint: commandHint('help worker') },
  WORKER_REFUSED: { category: 'usage', exitCode: 4, retriable: false, hint: commandHint('help worker') },
  WORKER_LOST: { category: 'crashed', exitCode: 1, retriable: true, hint: commandHint('help worker') },
  LEASE_LOST: { category: 'transient', exitCode: 10, retriable: true, hint: commandHint('owner status') },
  LOCK_CONFLICT: { category: 'transient', exitCode: 10, retriable: true, hint: commandHint('plan status') },
  VERSION_MISMATCH: { category: 'usage', exitCode: 10, retriable: false, hint: commandHint('owner status') },
  OWNER_LOST: { category: 'transient', exitCode: 10, retriable: true, hint: commandHint('owner status') },
  PROTOCOL_BROKEN: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('owner status') },
  RATE_LIMITED: { category: 'rate_limited', exitCode: 11, retriable: true, hint: commandHint('plan status') },
  HOOK_REFUSED: { category: 'validation', exitCode: 3, retriable: false, hint: 'git status' },
  HOOK_TIMED_OUT: { category: 'timeout', exitCode: 8, retriable: false, hint: commandHint('plan apply') },
  SANDBOX_LOST: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('plan explain') },
  SANDBOX_EDITED: { category: 'conflict', exitCode: 1, retriable: false, hint: commandHint('plan checkpoint create') },
  CHECKPOINT_LOST: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('plan checkpoint list') },
  SUBPLANS_FAILED: { category: 'crashed', exitCode: 1, retriable: true, hint: commandHint('plan tree') },
  EXPORT_DAMAGED: { category: 'validation', exitCode: 1, retriable: false, hint: commandHint('help export') },
  PLAN_EXISTS: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan status') },
  FILES_MISSING: { category: 'usage', exitCode: 2, retriable: false, hint: commandHint('plan status') },
  BASE_MISSING: { category: 'usage', exitCode: 2, retriable: false, hint: 'git fetch' },
  DISK_FULL: { category: 'transient', exitCode: 1, retriable: false, hint: 'df -h' },
  READ_ONLY: { category: 'usage', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  TOO_MANY_FILES: { category: 'transient', exitCode: 1, retriable: true, hint: 'ulimit -n 4096' },
  STORE_DAMAGED: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  STORE_FORMAT: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  RESTORE_FAILED: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  NOT_STORABLE: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  ENDLESS_LOOP: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  INLINE_ACTOR: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  ROOT_FAILED: { category: 'internal', exitCode: 1, retriable: false, hint: commandHint('doctor') },
  SYSTEM_CLOSED: { category: 'usage', exitCode: 1, retriable: false, hint: commandHint('plan status') },
  GIT_FAILED: { category: 'transient', exitCode: 1, retriable: true, hint: 'git status' },
  CANCELLED: { category: 'usage', exitCode: 130, retriable: false, hint: commandHint('plan diff') },
  INTERNAL: { category: 'internal', exitCode: 1, retriable: true, hint: commandHint('doctor') },
} as const satisfies Record<string, { category: ErrorCategory; exitCode: number; retriable: boolean; hint: Hint }>;

/** The stable code of an error. */
export type ErrorCode = keyof typeof errorCodes;

/** A longer list would not be read. */
export const hintsMax = 3;

/** The plain form of an error, as stored and as passed between machines. */
export interface SerializedError {
  code: ErrorCode;
  category: ErrorCategory;
  message: string;
  /** Where it happened: a path, a plan id, a key of a file. */
  where?: string;
  /** Commands to run next, best first; one to three, optionally with a remark after `#`. */
  hints: Hint[];
  retriable: boolean;
  details?: Record<string, unknown>;
}

export interface ErrorDetails {
  where?: string;
  hints?: Hint[];
  details?: Record<string, unknown>;
  cause?: unknown;
  /** Overrides the table, for example for a tool failure known to be permanent. */
  retriable?: boolean;
}

const marker = Symbol.for('troupe.error');

/** An error that you can act on. Recognize it with `TroupeError.is`. */
export class TroupeError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  readonly where: string | undefined;
  readonly hints: Hint[];
  readonly retriable: boolean;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TroupeError';
    this.code = code;
    this.category = errorCodes[code].category;
    this.where = details.where;
    this.hints = details.hints?.length ? details.hints.slice(0, hintsMax) : [errorCodes[code].hint];
    this.retriable = details.retriable ?? errorCodes[code].retriable;
    this.details = details.details;
  }

  /** Recognizes errors by a marker, so that two copies of the package recognize each other's. */
  static is(value: unknown): value is TroupeError {
    return value instanceof Error && marker in value;
  }

  /** For a catch clause that handles some errors: throws any other again. Without codes it handles every TroupeError. */
  static assert(thrown: unknown, ...codes: readonly ErrorCode[]): asserts thrown is TroupeError {
    if (!TroupeError.is(thrown) || (codes.length > 0 && !codes.includes(thrown.code))) throw thrown;
  }

  /** Returns the plain form of anything thrown. Anything that is not a TroupeError becomes INTERNAL with its own message. */
  static serialize(thrown: unknown): SerializedError {
    if (TroupeError.is(thrown)) return thrown.toJSON();
    if (isSerialized(thrown)) return thrown;
    const message = messageOf(thrown);
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    return new TroupeError('INTERNAL', message, { details: { name } }).toJSON();
  }

  /** Restores the error from its plain form. */
  static deserialize(stored: SerializedError): TroupeError {
    return new TroupeError(stored.code, stored.message, stored);
  }

  toJSON(): SerializedError {
    return {
      code: this.code,
      category: this.category,
      message: this.message,
      ...omitUndefined({ where: this.where }),
      hints: this.hints,
      retriable: this.retriable,
      ...omitUndefined({ details: this.details }),
    };
  }
}

function isSerialized(value: unknown): value is SerializedError {
  return typeof value === 'object' && value !== null && 'code' in value && 'category' in value && 'retriable' in value;
}
