/** Checks a whole answer before any of it is recorded, so that an invalid one leaves nothing behind. */
import { AgentDecisionMessage, AgentSubplanMessage } from '../../model/agent.ts';
import { TroupeError } from '../../model/errors.ts';
import { isExecutionDecision, type RecordedSpawn, spawnsIn } from '../../model/spawn.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { previewSubplan } from '../tools/subplan.ts';
import { invalidDecision, parseAgentMessage, subplanInput } from './decision-recorder.ts';
import type { AgentMessage } from './parse-agent-line.ts';

/** @throws {TroupeError} INVALID_DECISION naming everything in the decisions and subplans that could not be recorded */
export function checkAnswer(
  { plan, decisions }: Pick<AgentTask, 'plan' | 'decisions'>,
  messages: readonly AgentMessage[],
): void {
  const keys = new Set<string>();
  const spawns: RecordedSpawn[] = spawnsIn(decisions.filter(decision => !isExecutionDecision(decision)));
  const recorded = new Set(spawns.map(({ decisionId }) => decisionId));

  const checkSubplan = (value: unknown) => {
    const subplan = parseAgentMessage(AgentSubplanMessage, value, 'subplan');
    if (plan.depth >= plan.depthMax) {
      throw invalidDecision(
        `The subplan "${subplan.goal}" would be deeper than subplans may nest: do without subplans`,
      );
    }
    if (subplan.key !== undefined && keys.has(subplan.key))
      throw invalidDecision(`Two subplans have the key "${subplan.key}"`);
    const unknown = subplan.dependsOn.find(word => !keys.has(word) && !recorded.has(word));
    if (unknown !== undefined) {
      throw invalidDecision(
        `The subplan "${subplan.goal}" depends on "${unknown}", which no subplan before it is called`,
      );
    }
    if (subplan.key !== undefined) keys.add(subplan.key);
    const found = previewSubplan(subplanInput(plan, subplan), { plan, spawns: () => spawns });
    if ('problem' in found) throw invalidDecision(`The subplan "${subplan.goal}" is refused: ${found.problem}`);
    spawns.push({ decisionId: `${spawns.length}`, payload: found.payload });
  };

  const problems = messages.flatMap(message => {
    try {
      if (message.kind === 'decision') parseAgentMessage(AgentDecisionMessage, message.value, 'decision');
      if (message.kind === 'subplan') checkSubplan(message.value);
      return [];
    } catch (thrown) {
      if (TroupeError.is(thrown)) return [thrown.message];
      throw thrown;
    }
  });
  if (problems.length > 0) throw invalidDecision(problems.join('; '));
}
