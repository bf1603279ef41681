import type { ChangeSet } from '../../src/model/change.ts';
import { isSpawn, SpawnPayload } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { hunkBody, parseUnifiedDiff } from '../../src/model/unified-diff.ts';
import { resolveProject } from '../resolve-project.ts';
import type { EffectServices } from '../services.ts';

/** Returns, by path, parts that a person rejected and that are unchanged in the new result. */
export async function findReintroducedParts(
  services: EffectServices,
  spec: PlanSpec,
  { files, resultTree }: ChangeSet,
): Promise<string[]> {
  if (spec.depth > 0) return [];
  const { project, link } = resolveProject(services, spec);
  const spawns = (await services.ledger.decisions(spec.planId)).filter(({ type }) => isSpawn(type));
  const rejected = spawns.flatMap(({ payload }) => SpawnPayload.parse(payload).rejected ?? []);
  const again: string[] = [];
  for (const { path, after, hunks } of rejected) {
    const file = files.find(change => change.path === path);
    if (file === undefined) continue;
    if (file.after === after) again.push(path);
    else if (hunks.length > 0) {
      const diff = await project.diff({ from: link.baseTree, to: resultTree, paths: [path] });
      const now = new Set(parseUnifiedDiff(diff).flatMap(part => part.hunks.map(hunkBody)));
      if (hunks.every(hunk => now.has(hunk))) again.push(path);
    }
  }
  return [...new Set(again)];
}
