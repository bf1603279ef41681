import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanSpec } from '../../model/plan.ts';
import type { Redactor } from '../../model/redactor.ts';
import { secretVariable, variablesWithSecrets } from '../../model/secret-argument.ts';

type SecretSpec = Pick<
  PlanSpec,
  'planId' | 'rootPlanId' | 'secretArguments' | 'executionEnvironment' | 'executionEnvPriority' | 'setup'
>;

/** Values of secret arguments, only in the memory of this process. */
export interface SecretArguments {
  /** Sets the values of a root plan and its subplans. From now on they are redacted. */
  set(rootPlanId: string, values: Readonly<Record<string, string>>): void;
  /** Copies the values of a plan to its fork. */
  inherit(from: string, rootPlanId: string): void;
  /**
   * Returns the variables for programs of a plan: one for each secret, and the plan's own variables with secrets
   * filled in.
   * @throws {TroupeError} INVALID_ARGUMENT when this process has no value, because another one created the plan
   */
  variables(spec: SecretSpec): Record<string, string>;
}

/** @param env environment of programs, used for values that were not set here */
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
        commandHint('plan execute', { planId, options: { env: variable }, note: 'once your shell has that variable' }),
        commandHint('help action'),
      ],
    },
  );
}
