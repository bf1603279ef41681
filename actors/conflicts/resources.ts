/** Files that belong to a resource: merged by the resource, or not at all. */

import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { omitUndefined } from '../../src/model/optional-keys.ts';
import type { Project } from '../../src/ports/project.ts';
import type { TreeMerge } from '../../src/ports/project-merges.ts';
import type { Resource } from '../../src/ports/resource.ts';
import type { EffectServices } from '../services.ts';

interface MergeTrees {
  base: string;
  ours: string;
  theirs: string;
  alias: string;
  theirsPlanId: string;
}

type ResolvedRows = Parameters<NonNullable<Resource['merge']>>[1];

/** Merges trees; resources merge their own files, whatever the text merge made of them. */
export async function withResources(
  services: EffectServices,
  project: Project,
  of: MergeTrees,
  merged: TreeMerge,
): Promise<TreeMerge> {
  const conflicts = merged.clean ? [] : [...merged.conflicts];
  const engines = { ...merged.engines };
  let { treeOid } = merged;
  for (const path of new Set([...conflicts.map(conflict => conflict.path), ...Object.keys(engines)])) {
    const resource = resourceAt(services, path);
    if (resource?.merge == null) continue;
    const [base, ours, theirs] = await Promise.all([of.base, of.ours, of.theirs].map(tree => project.read(tree, path)));
    if (ours == null || theirs == null) continue;
    const found = await resource.merge({ path, base: base ?? null, ours, theirs }, {}).catch(() => null);
    const at = conflicts.findIndex(conflict => conflict.path === path);
    if (found === null && at !== -1) continue;
    const known = at === -1 ? await conflictOn(project, of, { path, base: base ?? null, ours, theirs }) : conflicts[at];
    if (at !== -1) conflicts.splice(at, 1);
    engines[path] = resource.name;
    if (found !== null) {
      const oid = await project.writeBlob(found.content);
      treeOid = await project.writeTree(treeOid, [{ path, oid, ...modeOf(known) }]);
    }
    if (found?.conflicts.length === 0 || known === undefined) continue;
    const rows = found?.conflicts ?? [];
    const message =
      rows.length === 0
        ? `${resource.name} cannot determine how ${path} merges`
        : `both sides changed ${rows.map(({ key }) => key).join(', ')}`;
    conflicts.push({
      ...known,
      kind: 'structure',
      markedOid: null,
      message,
      resource: resource.name,
      hunks: rows.map(hunkOf),
    });
  }
  const beside = omitUndefined({ adjacent: merged.adjacent });
  if (conflicts.length === 0) return { clean: true, treeOid, engines, ...beside };
  return { clean: false, treeOid, conflicts, engines, ...beside };
}

/** Returns the tree with one more item of a resource resolved. @throws {TroupeError} UNKNOWN_CONFLICT */
export async function resolveRow(
  services: EffectServices,
  project: Project,
  {
    tree,
    conflict,
    resolution,
  }: { tree: string; conflict: Conflict; resolution: Extract<Resolution, { take: 'hunk' }> },
): Promise<string> {
  const { path, base, ours, theirs, hunks } = conflict;
  const resource = services.resources.find(({ name }) => name === conflict.resource);
  if (resource?.merge == null || ours.oid === null || theirs.oid === null) {
    throw new TroupeError('UNKNOWN_CONFLICT', `No merge handler is registered for the resource ${conflict.resource}`, {
      where: path,
    });
  }
  const choices: Record<string, 'ours' | 'theirs' | 'base'> = {};
  for (const [index, { key = '', taken }] of hunks.entries()) {
    const pick = index === resolution.hunk - 1 ? resolution.pick : taken;
    if (pick === null) continue;
    if (typeof pick !== 'string' || pick === 'both') {
      throw new TypeError(`of ${key} in ${path} something was taken that is no side`);
    }
    choices[key] = pick;
  }
  const sides = {
    path,
    base: base.oid === null ? null : await project.blob(base.oid),
    ours: await project.blob(ours.oid),
    theirs: await project.blob(theirs.oid),
  };
  const { content } = await resource.merge(sides, choices satisfies ResolvedRows);
  const oid = await project.writeBlob(content);
  return project.resolve({ tree, conflict, resolution: { take: 'content', oid, mode: null } });
}

/** Returns a resource that cannot be merged and that at least two of the children may touch, by their scopes. */
export function conflictingResource(
  services: EffectServices,
  files: readonly string[],
  scopes: readonly (readonly string[])[],
): Resource | null {
  const mayTouch = (resource: Resource, scope: readonly string[]) => {
    const named = scope.some(each => services.matches(resource.paths, each));
    return (
      scope.length === 0 ||
      named ||
      files.some(file => services.matches(resource.paths, file) && services.matches(scope, file))
    );
  };
  const fixed = services.resources.filter(({ merge }) => merge === null);
  return fixed.find(resource => scopes.filter(scope => mayTouch(resource, scope)).length > 1) ?? null;
}

function resourceAt(services: EffectServices, path: string): Resource | undefined {
  return services.resources.find(({ paths }) => services.matches(paths, path));
}

async function conflictOn(
  project: Project,
  { alias, theirsPlanId }: MergeTrees,
  { path, ...contents }: { path: string; base: Buffer | null; ours: Buffer; theirs: Buffer },
): Promise<Conflict> {
  const side = async (content: Buffer | null, planIds: string[]) => ({
    oid: content === null ? null : await project.writeBlob(content),
    mode: null,
    planIds,
    goals: [],
  });
  return {
    conflictId: `${theirsPlanId}:${path}`,
    alias,
    path,
    kind: 'structure',
    base: await side(contents.base, []),
    ours: await side(contents.ours, []),
    theirs: await side(contents.theirs, [theirsPlanId]),
    markedOid: null,
    message: '',
    hunks: [],
  };
}

function modeOf(conflict: Conflict | undefined): { mode?: string } {
  const mode = conflict?.ours.mode ?? null;
  return mode === null ? {} : { mode };
}

function hunkOf({
  key,
  ...texts
}: {
  key: string;
  base: string;
  ours: string;
  theirs: string;
}): Conflict['hunks'][number] {
  const nowhere = { start: 0, length: 0 };
  return { base: nowhere, ours: nowhere, theirs: nowhere, taken: null, key, texts };
}
