import { TroupeError } from '../../model/errors.ts';
import type { PlanSpec } from '../../model/plan.ts';
import type { Redactor } from '../../model/redactor.ts';
import { secretVariable, variablesWithSecrets } from '../../model/secret-argument.ts';

type SecretSpec = Pick<
  PlanSpec,
  'planId' | 'rootPlanId' | 'secretArguments' | 'executionEnvironment' | 'executionEnvPriority' | 'setup'
>;

/** Values of secret arguments, in the memory of this process and nowhere else. */
export interface SecretArguments {
  /** For a root plan and all below it. From now on they are replaced in what is written or shown. */
  set(rootPlanId: string, values: Readonly<Record<string, string>>): void;
  /** What a plan that was forked from another has of its values. */
  inherit(from: string, rootPlanId: string): void;
  /**
   * For programs of a plan: one variable for each secret, and those of its own that a secret is filled into.
   * @throws {TroupeError} INVALID_ARGUMENT where this process has no value: the plan was made by another
   */
  variables(spec: SecretSpec): Record<string, string>;
}

/** @param env variables of programs: a value that is not kept here is taken from them */
export function createSecretArguments(env: Readonly<Record<string, string>>, redactor: Redactor): SecretArguments {
  const valuesByPlan = new Map<string, Readonly<Record<string, string>>>();
  const valueFor = (rootPlanId: string, name: string) =>
    valuesByPlan.get(rootPlanId)?.[name] ?? env[secretVariable(name)];
  return {
    set(rootPlanId, values) {
      redactor.addSecrets(values);
      valuesByPlan.set(rootPlanId, values);
    },
    inherit(from, rootPlanId) {
      const values = valuesByPlan.get(from);
      if (values !== undefined) valuesByPlan.set(rootPlanId, values);
    },
    variables({ planId, rootPlanId, secretArguments = [], ...spec }) {
      if (secretArguments.length === 0) return {};
      const values: Record<string, string> = {};
      for (const name of secretArguments) {
        const value = valueFor(rootPlanId, name);
        if (value === undefined) throw missingSecretError(planId, name);
        values[name] = value;
      }
      redactor.addSecrets(values);
      const { executionEnvironment, executionEnvPriority, setup } = spec;
      const own = Object.entries(variablesWithSecrets(executionEnvironment, values));
      return {
        ...Object.fromEntries(own.filter(([name]) => executionEnvPriority === 'override' || !(name in env))),
        ...variablesWithSecrets(setup?.env ?? {}, values),
        ...Object.fromEntries(Object.entries(values).map(([name, value]) => [secretVariable(name), value])),
      };
    },
  };
}

function missingSecretError(planId: string, name: string): TroupeError {
  const variable = secretVariable(name);
  return new TroupeError(
    'INVALID_ARGUMENT',
    `The argument "${name}" is a secret, which is not stored: give it again with --env ${variable}=VALUE`,
    {
      where: name,
      hints: [
        `troupe plan execute ${planId} --env ${variable}  # once your shell has that variable`,
        'troupe help action',
      ],
    },
  );
}
