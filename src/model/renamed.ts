import { type DecisionDraft, isSpawn, SpawnPayload } from './decision.ts';

/** The decision with the ids it names replaced; its own stays. */
export function renamed(decision: DecisionDraft, names: ReadonlyMap<string, string>): DecisionDraft {
  const named = (id: string) => names.get(id) ?? id;
  const { parentDecisionId, dependsOn, payload, type } = decision;
  return {
    ...decision,
    parentDecisionId: parentDecisionId === null ? null : named(parentDecisionId),
    dependsOn: dependsOn.map(named),
    payload: isSpawn(type) ? spawning(payload, named) : payload,
  };
}

function spawning(payload: DecisionDraft['payload'], named: (id: string) => string): SpawnPayload {
  const spawn = SpawnPayload.parse(payload);
  return { ...spawn, dependencies: spawn.dependencies.map(named) };
}
