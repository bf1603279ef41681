import { type DecisionDraft, isSpawn, SpawnPayload } from './decision.ts';

/** Returns the decision with the ids it references replaced; its own id stays. */
export function remapIds(decision: DecisionDraft, ids: ReadonlyMap<string, string>): DecisionDraft {
  const remap = (id: string) => ids.get(id) ?? id;
  const { parentDecisionId, dependsOn, payload, type } = decision;
  return {
    ...decision,
    parentDecisionId: parentDecisionId === null ? null : remap(parentDecisionId),
    dependsOn: dependsOn.map(remap),
    payload: isSpawn(type) ? remapSpawn(payload, remap) : payload,
  };
}

function remapSpawn(payload: DecisionDraft['payload'], remap: (id: string) => string): SpawnPayload {
  const spawn = SpawnPayload.parse(payload);
  return { ...spawn, dependencies: spawn.dependencies.map(remap) };
}
