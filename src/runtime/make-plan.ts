import type { Action, ActionArgument } from '../model/action.ts';
import { type CheckoutGuard, defaultGuard } from '../model/checkout.ts';
import { closest } from '../model/closest.ts';
import { Fault } from '../model/fault.ts';
import { fill } from '../model/fill.ts';
import type { Invariant, InvariantDraft } from '../model/invariant.ts';
import { qualify } from '../model/name.ts';
import { PlanSpec } from '../model/plan.ts';
import type { Profile } from '../model/profile.ts';
import type { Redactor } from '../model/redactor.ts';
import { refuseStoredSecrets, secretVariable } from '../model/secret-argument.ts';
import type { Setup } from '../model/setup.ts';
import { shellWord } from '../model/shell-word.ts';
import type { UseOptions } from './api.ts';
import type { LinkedHead } from './heads.ts';
import { refuseOverridable } from './invariants.ts';
import { profileOf } from './profiles.ts';

export interface Circumstances {
  action: Action;
  /** Of each project, the first of them first. */
  heads: readonly [LinkedHead, ...LinkedHead[]];
  now: number;
  mintId(): string;
  profile: string;
  /** @default none but the built-in ones */
  profiles?: readonly Profile[];
  /** @default 'builtin' */
  reconciliation?: 'builtin' | null;
  depthMax: number;
  /** Where the action says nothing of it. @default as the profile and the caller have it */
  checkoutGuard?: CheckoutGuard;
  /** What is given is stored without secrets. */
  redactor: Redactor;
  /** Of programs: they may hold a secret argument. */
  env: Readonly<Record<string, string>>;
}

/**
 * A root plan from an action and how it is used. The profile is resolved plan > action > default and frozen; the
 * action's invariants become the plan's own, with their origin kept for display. `{{argument}}` and `{{actionDir}}` are
 * filled into its texts and into the commands of its checks.
 * @throws {Fault} INVALID_ARGUMENT, UNKNOWN_PROFILE, INVALID_ACTION, USAGE
 */
export function makePlan(options: UseOptions, at: Circumstances): PlanSpec {
  const { action, heads, reconciliation = 'builtin' } = at;
  const [head] = heads;
  if (action.state === 'archived') {
    throw new Fault('INVALID_ACTION', `The action ${action.name} is archived`, {
      where: action.name,
      hints: ['troupe action list'],
    });
  }
  refuseStrays(options, at);
  for (const draft of options.invariants ?? []) refuseOverridable(draft);
  refuseStoredSecrets(action, action.name);
  const { open, secret } = argumentsOf(action, options, at.env);
  const given = at.redactor.value(open);
  const actionDir = options.actionDir ?? head.root;
  const filled = (text: string) => fill(text, { ...given, actionDir });
  const profile = profileOf(options.profile ?? action.automationProfile ?? at.profile, at.profiles);
  const planId = at.mintId();
  return PlanSpec.parse({
    planId,
    parentPlanId: null,
    rootPlanId: planId,
    depth: 0,
    description: options.goal ?? filled(action.description),
    definitionOfDone: filled(action.definitionOfDone),
    ...(action.longDescription === '' ? {} : { longDescription: filled(action.longDescription) }),
    actionName: qualify(action.name),
    arguments: given,
    ...describedArguments(action, given),
    ...(secret.length === 0 ? {} : { secretArguments: secret }),
    projectLinks: heads.map(({ alias, root, kind, commit, tree, branch }) => ({
      ...{ alias, root, kind, branch, baseCommit: commit, baseTree: tree },
      ...(heads.length > 1 ? { folder: alias } : {}),
    })),
    automationProfile: profile.name,
    profileSnapshot: profile,
    actors: {
      strategy: action.strategyActor,
      execution: action.executionActor,
      estimation: action.estimationActor,
      review: action.reviewActor,
      apply: action.applyActor,
      conflict: action.conflictActor,
      invariant: action.invariantActor === undefined ? reconciliation : action.invariantActor,
    },
    actionDir,
    invariants: [
      ...(options.invariants ?? []).map(draft => promoted(draft, 'plan', at.mintId())),
      ...action.invariants.map(draft => promoted(draft, 'action', at.mintId())),
    ],
    validations: action.validations.map(validation => ({ ...validation, argv: validation.argv.map(filled) })),
    subplanConfig: action.subplans,
    resourceScopes: [],
    readOnly: action.readOnly,
    reusable: action.reusable,
    allowEmpty: options.allowEmpty ?? false,
    ...(options.recheck === true ? { recheck: true } : {}),
    ...(action.commit === null ? {} : { commit: action.commit }),
    ...(action.afterApply === null
      ? {}
      : { afterApply: { ...action.afterApply, argv: action.afterApply.argv.map(filled) } }),
    ...(action.setup === undefined ? {} : { setup: filledIn(action.setup, filled) }),
    ...(action.checkout === undefined ? {} : { checkout: action.checkout }),
    budget: action.budget,
    approvalModes: action.approvals,
    checkoutGuard: action.checkoutGuard ?? at.checkoutGuard ?? defaultGuard(profile, options.attended),
    checkpoints: action.checkpoints,
    executionEnvironment: filledValues(action.executionEnvironment, filled),
    executionEnvPriority: action.executionEnvPriority,
    depthMax: at.depthMax,
    decisionRootId: at.mintId(),
    spawnDecisionId: null,
    skeleton: [],
    startsWith: [],
    createdAt: new Date(at.now).toISOString(),
  });
}

/** Arguments in the commands and variables of a set-up. */
function filledIn(setup: Setup, fill: (text: string) => string): Setup {
  return { ...setup, env: filledValues(setup.env, fill), run: setup.run.map(argv => argv.map(fill)) };
}

function filledValues(variables: Record<string, string>, fill: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)]));
}

function promoted(draft: InvariantDraft, origin: 'plan' | 'action', invariantId: string): Invariant {
  return { ...draft, invariantId, scope: 'plan', origin };
}

/** A check or a rule that names a project names one the plan works on: of any other it would be silently off. */
function refuseStrays(options: UseOptions, { action, heads }: Circumstances): void {
  const { invariants = [] } = options;
  const named: { what: string; project?: string | undefined }[] = [
    ...action.validations.map(({ name, project }) => ({ what: `check "${name}"`, project })),
    ...[...invariants, ...action.invariants].map(rule => ({
      what: `rule "${rule.text}"`,
      project: 'project' in rule ? rule.project : undefined,
    })),
  ];
  const known = heads.map(({ alias }) => alias);
  const stray = named.find(({ project }) => project !== undefined && !known.includes(project));
  if (stray?.project === undefined) return;
  const meant = closest(stray.project, known);
  throw new Fault(
    'INVALID_ACTION',
    `The ${stray.what} names the project "${stray.project}", which this plan does not work on; ${meant === null ? `it works on ${known.join(', ')}` : `did you mean ${meant}?`}`,
    {
      where: action.name,
      hints: meant === null ? ['troupe help plan use'] : lookAt(action, options),
    },
  );
}

/** What the action says about the arguments that have a value. */
function describedArguments(
  { arguments: declared }: Action,
  given: Record<string, unknown>,
): Pick<PlanSpec, 'argumentDescriptions'> {
  const described = Object.entries(declared).filter(
    ([name, { description }]) => description !== '' && Object.hasOwn(given, name),
  );
  if (described.length === 0) return {};
  return { argumentDescriptions: Object.fromEntries(described.map(([name, { description }]) => [name, description])) };
}

/** A stored action can be shown; one from a file is before its author's eyes. */
function lookAt({ name }: Action, { action }: UseOptions): string[] {
  return [...(typeof action === 'string' ? [`troupe action show ${shellWord(name)}`] : []), 'troupe help action'];
}

function argumentsOf(
  action: Action,
  options: UseOptions,
  env: Readonly<Record<string, string>>,
): { open: Record<string, unknown>; secret: string[] } {
  const given = options.arguments ?? {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(action.arguments, name)) {
      const known = Object.keys(action.arguments);
      throw new Fault(
        'INVALID_ARGUMENT',
        `The action ${action.name} has no argument "${name}"${known.length > 0 ? `; it has ${known.join(', ')}` : ''}`,
        {
          where: name,
          hints: lookAt(action, options),
        },
      );
    }
  }
  const open: Record<string, unknown> = {};
  const secret: string[] = [];
  for (const [name, declared] of Object.entries(action.arguments)) {
    const { required, default: fallback, secret: isSecret } = declared;
    const otherwise = isSecret ? env[secretVariable(name)] : fallback;
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? otherwise;
    if (value === undefined) {
      if (required)
        throw new Fault(
          'INVALID_ARGUMENT',
          `The argument "${name}"${inWords(declared)} is required; give it with --arg ${name}=VALUE`,
          {
            where: name,
            hints: [...lookAt(action, options).slice(0, 1), 'troupe help plan use'],
          },
        );
      continue;
    }
    if (!isSecret) open[name] = converted(name, declared, value);
    else secret.push(name);
  }
  return { open, secret };
}

/** ` (the old name)`, or nothing where the action does not describe it. */
function inWords({ description }: ActionArgument): string {
  return description === '' ? '' : ` (${description})`;
}

function converted(name: string, declared: ActionArgument, value: unknown): unknown {
  const { type } = declared;
  if (type === 'string') return String(value);
  if (typeof value === type) return value;
  if (type === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  const message = `The argument "${name}"${inWords(declared)} must be a ${type}, not ${JSON.stringify(value)}`;
  throw new Fault('INVALID_ARGUMENT', message, { where: name });
}
