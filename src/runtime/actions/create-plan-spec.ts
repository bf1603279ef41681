import type { Action, ActionArgument } from '../../model/action.ts';
import { BestOf, bestOfMax } from '../../model/best-of.ts';
import { type CheckoutGuard, defaultGuard } from '../../model/checkout.ts';
import { closest, suggestionText } from '../../model/closest.ts';
import { type CommandHint, commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { interpolate } from '../../model/interpolate.ts';
import type { Invariant, InvariantDraft } from '../../model/invariant.ts';
import { qualifyName } from '../../model/name-key.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { PlanSpec } from '../../model/plan.ts';
import type { Profile } from '../../model/profile.ts';
import type { Redactor } from '../../model/redactor.ts';
import { assertNoStoredSecrets, secretVariable } from '../../model/secret-argument.ts';
import type { Setup } from '../../model/setup.ts';
import { assertOverridable } from '../invariants/invariants.ts';
import type { UseOptions } from '../options.ts';
import { findProfile } from '../profiles/profiles.ts';
import type { AliasedHead } from './project-heads.ts';

export interface CreatePlanContext {
  action: Action;
  /** The head of each project, primary project first. */
  heads: readonly [AliasedHead, ...AliasedHead[]];
  now: number;
  mintId(): string;
  profile: string;
  /** Custom profiles. @default none */
  profiles?: readonly Profile[];
  /** @default 'builtin' */
  reconciliation?: 'builtin' | null;
  depthMax: number;
  /** For actions that do not set it. @default depends on the profile and the caller */
  checkoutGuard?: CheckoutGuard;
  /** Everything is stored without secrets. */
  redactor: Redactor;
  /** Environment of programs, which may contain secret arguments. */
  env: Readonly<Record<string, string>>;
}

/**
 * Creates the spec of a root plan from an action and the options of its use. The profile is resolved plan > action >
 * default and frozen. The action's invariants become the plan's own, with their origin kept for display.
 * `{{argument}}` and `{{actionDir}}` are replaced in its texts and in the commands of its checks.
 * @throws {TroupeError} INVALID_ARGUMENT, UNKNOWN_PROFILE, INVALID_ACTION, USAGE
 */
export function createPlanSpec(options: UseOptions, context: CreatePlanContext): PlanSpec {
  const { action, heads, reconciliation = 'builtin' } = context;
  const [head] = heads;
  if (action.state === 'archived') {
    throw new TroupeError('INVALID_ACTION', `The action ${action.name} is archived`, {
      where: action.name,
      hints: [commandHint('action list')],
    });
  }
  assertKnownProjects(options, context);
  for (const draft of options.invariants ?? []) assertOverridable(draft);
  assertNoStoredSecrets(action, action.name);
  const { open, secret } = resolveArguments(action, options, context.env);
  const argumentValues = context.redactor.value(open);
  const actionDir = options.actionDir ?? head.root;
  const fill = (text: string) => interpolate(text, { ...argumentValues, actionDir });
  const profile = findProfile(options.profile ?? action.automationProfile ?? context.profile, context.profiles);
  const planId = context.mintId();
  return PlanSpec.parse({
    planId,
    parentPlanId: null,
    rootPlanId: planId,
    depth: 0,
    description: options.goal ?? fill(action.description),
    definitionOfDone: fill(action.definitionOfDone),
    ...(action.longDescription === '' ? {} : { longDescription: fill(action.longDescription) }),
    actionName: qualifyName(action.name),
    arguments: argumentValues,
    ...argumentDescriptionsOf(action, argumentValues),
    ...(secret.length === 0 ? {} : { secretArguments: secret }),
    projectLinks: heads.map(({ alias, root, kind, commit, tree, branch }) => ({
      ...{ alias, root, kind, branch, baseCommit: commit, baseTree: tree },
      ...(heads.length > 1 ? { folder: alias } : {}),
    })),
    automationProfile: profile.name,
    profileSnapshot: profile,
    actors: actorsOf(action, reconciliation),
    actionDir,
    invariants: [
      ...(options.invariants ?? []).map(draft => toInvariant(draft, 'plan', context.mintId())),
      ...action.invariants.map(draft => toInvariant(draft, 'action', context.mintId())),
    ],
    validations: action.validations.map(validation => ({ ...validation, argv: validation.argv.map(fill) })),
    subplanConfig: action.subplans,
    ...attemptsOf(options, action),
    resourceScopes: [],
    readOnly: action.readOnly,
    reusable: action.reusable,
    allowEmpty: options.allowEmpty ?? false,
    ...(options.recheck === true ? { recheck: true } : {}),
    ...outputOf(action, fill),
    budget: action.budget,
    approvalModes: action.approvals,
    checkoutGuard: action.checkoutGuard ?? context.checkoutGuard ?? defaultGuard(profile, options.attended),
    checkpoints: action.checkpoints,
    executionEnvironment: interpolateValues(action.executionEnvironment, fill),
    executionEnvPriority: action.executionEnvPriority,
    depthMax: context.depthMax,
    decisionRootId: context.mintId(),
    spawnDecisionId: null,
    skeleton: [],
    startsWith: [],
    createdAt: new Date(context.now).toISOString(),
  });
}

function actorsOf(action: Action, reconciliation: 'builtin' | null): Record<keyof PlanSpec['actors'], unknown> {
  return {
    strategy: action.strategyActor,
    execution: action.executionActor,
    estimation: action.estimationActor,
    review: action.reviewActor,
    apply: action.applyActor,
    conflict: action.conflictActor,
    invariant: action.invariantActor === undefined ? reconciliation : action.invariantActor,
  };
}

/** The optional parts about the sandbox and the commit; a spec leaves out those that an action does not have. */
function outputOf(
  { commit, afterApply, setup, checkout }: Action,
  fill: (text: string) => string,
): Pick<PlanSpec, 'commit' | 'afterApply' | 'setup' | 'checkout'> {
  return {
    ...(commit === null ? {} : { commit }),
    ...(afterApply === null ? {} : { afterApply: { ...afterApply, argv: afterApply.argv.map(fill) } }),
    ...(setup === undefined ? {} : { setup: interpolateSetup(setup, fill) }),
    ...omitUndefined({ checkout }),
  };
}

/** The attempts of the use count before those of the action. */
function attemptsOf({ attempts }: UseOptions, action: Action): Pick<PlanSpec, 'attempts'> {
  const chosen = attempts ?? action.attempts;
  if (chosen === undefined) return {};
  const parsed = BestOf.safeParse(chosen);
  if (parsed.success) return { attempts: parsed.data };
  throw new TroupeError(
    'INVALID_ARGUMENT',
    `There may be 1 to ${bestOfMax} attempts, and ${chosen.count} were asked for`,
    {
      where: 'attempts',
      hints: [commandHint('help plan use')],
    },
  );
}

/** Replaces arguments in the commands and variables of a set-up. */
function interpolateSetup(setup: Setup, fill: (text: string) => string): Setup {
  return { ...setup, env: interpolateValues(setup.env, fill), run: setup.run.map(argv => argv.map(fill)) };
}

function interpolateValues(variables: Record<string, string>, fill: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)]));
}

function toInvariant(draft: InvariantDraft, origin: 'plan' | 'action', invariantId: string): Invariant {
  return { ...draft, invariantId, scope: 'plan', origin };
}

/** A validation or invariant that names a project must name one of the plan's: any other would silently have no effect. */
function assertKnownProjects(options: UseOptions, { action, heads }: CreatePlanContext): void {
  const { invariants = [] } = options;
  const references: { what: string; project?: string | undefined }[] = [
    ...action.validations.map(({ name, project }) => ({ what: `check "${name}"`, project })),
    ...[...invariants, ...action.invariants].map(rule => ({
      what: `rule "${rule.text}"`,
      project: 'project' in rule ? rule.project : undefined,
    })),
  ];
  const known = heads.map(({ alias }) => alias);
  const unknown = references.find(({ project }) => project !== undefined && !known.includes(project));
  if (unknown?.project === undefined) return;
  const suggestion = closest(unknown.project, known);
  throw new TroupeError(
    'INVALID_ACTION',
    `The ${unknown.what} names the project "${unknown.project}", which this plan does not work on; ${suggestionText(suggestion, known, 'it works on')}`,
    {
      where: action.name,
      hints: suggestion === null ? [commandHint('help plan use')] : actionHints(action, options),
    },
  );
}

/** Returns the descriptions of the arguments that have a value. */
function argumentDescriptionsOf(
  { arguments: declared }: Action,
  values: Record<string, unknown>,
): Pick<PlanSpec, 'argumentDescriptions'> {
  const described = Object.entries(declared).filter(
    ([name, { description }]) => description !== '' && Object.hasOwn(values, name),
  );
  if (described.length === 0) return {};
  return { argumentDescriptions: Object.fromEntries(described.map(([name, { description }]) => [name, description])) };
}

/** `action show` works for a stored action; the author of a file has it at hand. */
function actionHints({ name }: Action, { action }: UseOptions): CommandHint[] {
  return [
    ...(typeof action === 'string' ? [commandHint('action show', { args: [name] })] : []),
    commandHint('help action'),
  ];
}

function resolveArguments(
  action: Action,
  options: UseOptions,
  env: Readonly<Record<string, string>>,
): { open: Record<string, unknown>; secret: string[] } {
  const values = options.arguments ?? {};
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(action.arguments, name)) {
      const known = Object.keys(action.arguments);
      throw new TroupeError(
        'INVALID_ARGUMENT',
        `The action ${action.name} has no argument "${name}"${known.length > 0 ? `; it has ${known.join(', ')}` : ''}`,
        {
          where: name,
          hints: actionHints(action, options),
        },
      );
    }
  }
  const open: Record<string, unknown> = {};
  const secret: string[] = [];
  for (const [name, declared] of Object.entries(action.arguments)) {
    const { required, default: fallback, secret: isSecret } = declared;
    const fallbackValue = isSecret ? env[secretVariable(name)] : fallback;
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? fallbackValue;
    if (value === undefined) {
      if (required)
        throw new TroupeError(
          'INVALID_ARGUMENT',
          `The argument "${name}"${describeArgument(declared)} is required; give it with --arg ${name}=VALUE`,
          {
            where: name,
            hints: [...actionHints(action, options).slice(0, 1), commandHint('help plan use')],
          },
        );
      continue;
    }
    if (!isSecret) open[name] = convertArgument(name, declared, value);
    else secret.push(name);
  }
  return { open, secret };
}

/** Returns ` (the old name)`, or an empty string without a description. */
function describeArgument({ description }: ActionArgument): string {
  return description === '' ? '' : ` (${description})`;
}

function convertArgument(name: string, declared: ActionArgument, value: unknown): unknown {
  const { type } = declared;
  if (type === 'string') return String(value);
  if (typeof value === type) return value;
  if (type === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  const message = `The argument "${name}"${describeArgument(declared)} must be a ${type}, not ${JSON.stringify(value)}`;
  throw new TroupeError('INVALID_ARGUMENT', message, { where: name });
}
