import * as z from 'zod';
import { AgentDecisionMessage, AgentSubplanMessage } from '../../model/agent.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { Id } from '../../model/id.ts';
import type { PlanSpec } from '../../model/plan.ts';
import { Finding } from '../../model/review.ts';
import { describeIssue } from '../../model/schema-messages.ts';
import type { AgentTask } from '../../ports/agent.ts';

/** Records what an agent decides, through the tools, so that all agents are held to the same rules. */
export interface DecisionRecorder {
  /** The id of the decision. */
  decide(message: unknown): Promise<string>;
  /** The id of the decision that asks for the subplan; later subplans may depend on it by id or by its key. */
  subplan(message: unknown): Promise<string>;
  /** The id of the decision that holds the finding. */
  finding(message: unknown): Promise<string>;
}

const DecisionInput = z.object({ decisionId: Id });
const SubplanPlan = z.discriminatedUnion('success', [
  z.object({ success: z.literal(true), decisionId: Id }),
  z.object({ success: z.literal(false), error: z.string() }),
]);

export function createDecisionRecorder(task: Pick<AgentTask, 'call' | 'plan'>): DecisionRecorder {
  const idByKey = new Map<string, string>();
  const idOf = (word: string, goal: string): string => {
    const id = idByKey.get(word) ?? (Id.safeParse(word).success ? word : undefined);
    if (id !== undefined) return id;
    const known = [...idByKey.keys()];
    throw invalidDecision(
      `The subplan "${goal}" depends on "${word}", which no subplan before it is called${known.length === 0 ? '' : `; known: ${known.join(', ')}`}`,
    );
  };

  return {
    async decide(message) {
      const { choose, ...rest } = parseAgentMessage(AgentDecisionMessage, message, 'decision');
      const answer = await task.call('builtin/decide', { ...rest, chosenOption: choose });
      return DecisionInput.parse(answer).decisionId;
    },
    async subplan(message) {
      const { key, dependsOn, ...rest } = parseAgentMessage(AgentSubplanMessage, message, 'subplan');
      if (key !== undefined && idByKey.has(key)) throw invalidDecision(`Two subplans have the key "${key}"`);
      const dependencies = dependsOn.map(word => idOf(word, rest.goal));
      const answer = await task.call('builtin/plan-subplan', { ...subplanInput(task.plan, rest), dependencies });
      const planned = SubplanPlan.parse(answer);
      if (!planned.success) throw invalidDecision(`The subplan "${rest.goal}" is refused: ${planned.error}`);
      if (key !== undefined) idByKey.set(key, planned.decisionId);
      return planned.decisionId;
    },
    async finding(message) {
      const answer = await task.call('builtin/finding', parseAgentMessage(Finding, message, 'finding'));
      return DecisionInput.parse(answer).decisionId;
    },
  };
}

/** A subplan as the tool takes it, without what it depends on. */
export function subplanInput(
  { planId, projectLinks }: Pick<PlanSpec, 'planId' | 'projectLinks'>,
  { key: _, dependsOn: __, ...rest }: Partial<AgentSubplanMessage>,
): Record<string, unknown> {
  const whole = rest.resourceScopes === undefined && rest.projectRef === undefined;
  return { ...rest, ...(whole ? { projectRef: projectLinks[0]?.alias } : {}), planId };
}

/** @throws {TroupeError} INVALID_DECISION naming each field that is wrong */
export function parseAgentMessage<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${[what, ...path].join('.')}: ${message}`);
  throw invalidDecision(`A ${what} is not understood: ${problems.join('; ')}`);
}

export function invalidDecision(message: string): TroupeError {
  return new TroupeError('INVALID_DECISION', message, {
    hints: [commandHint('plan logs'), commandHint('plan revert')],
  });
}
