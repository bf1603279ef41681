import { commandHint, uniqueHints } from '../../src/model/command-hint.ts';
import { mergeEnvironment } from '../../src/model/environment.ts';
import { type ErrorCode, type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import { PlanSpec } from '../../src/model/plan.ts';
import { describeIssue } from '../../src/model/schema-messages.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';
import { agentsIn, preflightWarnings } from './preflight-warnings.ts';

const bytesNeededMin = 64 * 1024 * 1024;

/** Returns each problem as an error; an empty list when there is none. */
type Check = (spec: PlanSpec, services: EffectServices) => Promise<TroupeError[]> | TroupeError[];

/** The seven checks of spec §2. */
export const checks = {
  action: spec => {
    const parsed = PlanSpec.safeParse(spec, { error: describeIssue });
    return (parsed.error?.issues ?? []).map(
      ({ path, message }) => new TroupeError('INVALID_ACTION', `${path.join('.')}: ${message}`),
    );
  },

  async agents(spec, services) {
    const { strategy, execution, estimation, review, apply, conflict, invariant } = spec.actors;
    const named = [strategy, execution, estimation, review, apply, conflict, spec.attempts?.judge ?? null]
      .filter(ref => ref !== null)
      .flatMap(agentsIn);
    const distinct = new Map(named.map(ref => [JSON.stringify(ref), ref]));
    const errors = [...distinct.values()].map(ref => errorFrom(() => services.agents(ref, spec.actionDir).check()));
    const found = (await Promise.all(errors)).flatMap(error => error ?? []);
    return invariant === null || invariant === 'builtin' ? found : [...found, noReconcilerError(invariant)];
  },

  /** Programs of required validations. One with a path in the project may be created later by set-up or an agent. */
  async validations(spec, services) {
    const env = { ...mergeEnvironment(spec, services.env), ...spec.setup?.env };
    if (looksInProject(env.PATH)) return [];
    const required = spec.validations.filter(validation => validation.required);
    const absent = await Promise.all(
      required.map(async ({ name, argv: [program = ''] }) => {
        if (isInProject(program) || (await services.locate(program, env)) !== null) return [];
        const message = `The check "${name}" needs the program ${program}, which is not on the PATH`;
        return [
          new TroupeError('AGENT_UNAVAILABLE', message, {
            where: `validations.${name}`,
            hints: [commandHint('doctor')],
          }),
        ];
      }),
    );
    return absent.flat();
  },

  tools(spec, services) {
    const { allowTools, denyTools } = spec.profileSnapshot.guards;
    const unknown = [...new Set([...allowTools, ...denyTools])].filter(tool => !services.toolNames.includes(tool));
    const known = services.toolNames.join(', ');
    return unknown.map(
      tool =>
        new TroupeError(
          'UNKNOWN_TOOL',
          `The profile ${spec.automationProfile} names the tool "${tool}"; known are ${known}`,
          { hints: [commandHint('profile list')] },
        ),
    );
  },

  autonomy(spec) {
    const { automationProfile, profileSnapshot, approvalModes } = spec;
    if (profileSnapshot.name !== automationProfile) {
      const message = `The plan names the profile ${automationProfile} but holds a snapshot of ${profileSnapshot.name}`;
      return [new TroupeError('UNKNOWN_PROFILE', message)];
    }
    const never = declaredNeeds(spec).filter(({ kind }) => approvalModes?.execute?.[kind] === 'deny');
    return never.map(
      ({ doing, kind }) =>
        new TroupeError(
          'TOOL_REFUSED',
          `The agent ${doing}, which the plan refuses: approvals.execute.${kind} is deny`,
          {
            where: `approvals.execute.${kind}`,
            hints: [commandHint('plan cancel', { planId: spec.planId }), commandHint('help action')],
          },
        ),
    );
  },

  /** A checkpoint is a tree kept by a ref: the first must exist, and creating the second must be possible. */
  async rollback(spec, services) {
    const { project, link } = resolveProject(services, spec);
    if ((await project.filterExisting([link.baseTree])).length === 0) {
      const message = `The base tree ${link.baseTree} of ${link.root} cannot be read, so nothing could be rolled back to it`;
      return [new TroupeError('SANDBOX_LOST', message, { hints: ['git fsck'] })];
    }
    if (spec.depth > 0) return [];
    const pin = `plans/${spec.planId}/preflight`;
    const barred = await errorFrom(async () => {
      await project.pin(pin, link.baseTree);
      await project.unpin(pin);
    });
    if (barred === null) return [];
    const message = `No checkpoint can be kept in ${link.root}: ${barred.message}`;
    return [new TroupeError(barred.code, message, barred.toJSON())];
  },

  budget({ budget, planId }) {
    const spent = Object.entries(budget).filter(([, amount]) => amount !== undefined && amount <= 0);
    return spent.map(
      ([limit, amount]) =>
        new TroupeError('BUDGET_EXHAUSTED', `The budget's ${limit} is ${amount}; it must be above zero`, {
          hints: [commandHint('plan cancel', { planId })],
        }),
    );
  },

  async project(spec, services) {
    const { project, link } = resolveProject(services, spec);
    const isRoot = spec.depth === 0;
    const gone = isRoot ? await errorFrom(() => project.head(link.baseCommit)) : null;
    const size = isRoot && gone === null ? await project.size(link.baseTree) : 0;
    const found = gone === null ? [] : [gone];
    let free = 0;
    const barred = await errorFrom(async () => {
      free = await project.spaceFree();
    });
    if (barred !== null) return [...found, barred];
    const needed = Math.max(bytesNeededMin, 2 * size);
    if (free >= needed) return found;
    const mebibytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
    const message = `Only ${mebibytes(free)} MiB are free where sandboxes live; at least ${mebibytes(needed)} are needed`;
    return [...found, new TroupeError('DISK_FULL', message, { hints: [commandHint('gc'), 'df -h'] })];
  },
} satisfies Record<string, Check>;

interface FailedCheck {
  check: string;
  error: SerializedError;
}

/** Causes that are part of the plan itself: a retry fails again, only a new plan helps. */
const frozen: readonly ErrorCode[] = [
  'INVALID_ACTION',
  'UNKNOWN_AGENT',
  'UNKNOWN_TOOL',
  'UNKNOWN_PROFILE',
  'TOOL_REFUSED',
  'DEPENDENCY_CYCLE',
  'BUDGET_EXHAUSTED',
];

/** A single problem keeps its own code; several of different kinds become one PREFLIGHT_FAILED. */
function preflightError({ planId }: PlanSpec, failures: readonly FailedCheck[]): TroupeError {
  const codes = [...new Set(failures.map(({ error }) => error.code))];
  const [code, ...others] = codes;
  const isOne = code !== undefined && others.length === 0;
  const message = failures.map(({ check, error }) => `${isOne ? '' : `${check}: `}${error.message}`).join('; ');
  return new TroupeError(isOne ? code : 'PREFLIGHT_FAILED', message, {
    where: `plan ${planId}`,
    hints: uniqueHints(failures.flatMap(({ error }) => error.hints)).slice(0, 2),
    retriable: false,
    details: {
      failures: failures.map(({ check, error: { code, message, hints } }) => ({ check, code, message, hints })),
      frozen: codes.some(each => frozen.includes(each)),
    },
  });
}

/**
 * Checks whether the plan can run, before anything runs.
 * @throws {TroupeError} PREFLIGHT_FAILED naming every failed check, or its own code when only one failed
 */
export const preflight = defineEffect('preflight', async ({ input: { spec, phase }, emit }, services) => {
  const failures: FailedCheck[] = [];
  for (const [check, run] of Object.entries<Check>(checks)) {
    for (const error of await run(spec, services)) failures.push({ check, error: error.toJSON() });
  }
  // In Apply the result already exists: programs that need a secret then report that themselves.
  const missing = phase === 'apply' ? null : await errorFrom(async () => services.secretVariables(spec));
  if (missing !== null) failures.push({ check: 'action', error: missing.toJSON() });
  if (failures.length > 0) {
    throw preflightError(spec, failures);
  }
  const planId = spec.planId;
  await emit(
    (await preflightWarnings(spec, phase, services)).map(
      (message): PlanEventPayload => ({ type: 'plan.warned', planId, phase, message }),
    ),
  );
  return { checked: Object.keys(checks) };
});

/** Returns whether a program is a path in the sandbox: neither a bare name nor absolute. */
function isInProject(program: string): boolean {
  return /[\\/]/.test(program) && !/^([\\/]|[A-Za-z]:)/.test(program);
}

/** Returns whether a search path contains a folder of the sandbox, such as node_modules/.bin. */
function looksInProject(path = ''): boolean {
  return /(^|[:;])(?![\\/]|[A-Za-z]:[\\/])[^:;]/.test(path);
}

/** Returns the error that something throws, or null. Rethrows programming mistakes. */
async function errorFrom(act: () => Promise<unknown>): Promise<TroupeError | null> {
  try {
    await act();
    return null;
  } catch (thrown) {
    if (thrown instanceof TypeError) throw thrown;
    return TroupeError.deserialize(TroupeError.serialize(thrown));
  }
}

interface AgentNeed {
  kind: 'writeFiles' | 'runCommands';
  doing: string;
}

/** Returns what declared steps will need. The needs of other agents are unknown beforehand. */
function declaredNeeds({ actors: { execution } }: PlanSpec): AgentNeed[] {
  const steps = agentsIn(execution).flatMap(ref => (typeof ref !== 'string' && ref.kind === 'steps' ? ref.steps : []));
  const writes = steps.some(step => 'write' in step || 'edit' in step || 'delete' in step);
  const runs = steps.some(step => 'run' in step);
  return [
    ...(writes ? [{ kind: 'writeFiles' as const, doing: 'writes files' }] : []),
    ...(runs ? [{ kind: 'runCommands' as const, doing: 'runs programs' }] : []),
  ];
}

function noReconcilerError(name: string): TroupeError {
  return new TroupeError('UNKNOWN_AGENT', `There is no invariantActor "${name}"; it is "builtin", or null for none`, {
    where: 'invariantActor',
    hints: [commandHint('help action')],
  });
}
