/**
 * Resolves actions that extend another. The action's own keys take precedence; everything else comes from the base.
 * Maps (arguments, subplans, budget, …) are merged key by key; lists, actors and everything else are replaced. A base
 * may be incomplete.
 */

import * as z from 'zod';
import { parseDocument } from '../../libraries/yaml.ts';
import { Action } from '../../model/action.ts';
import { TroupeError } from '../../model/errors.ts';
import { readLayer } from './read-action.ts';

/** An action, or a part of one, as its author wrote it; `where` names it in messages. */
export interface ActionSource {
  source: string | Record<string, unknown>;
  where: string;
}

/** Loads the base of a name, relative to `from`; null when it is not available here. */
export type LoadBase = (name: string, from: string) => Promise<ActionSource | null>;

/** A longer chain would be hard to understand. */
const chainMax = 8;

const Layer = Action.partial().extend({ extends: z.string().min(1).optional() });

/**
 * Returns the action merged with its bases. An action without `extends`, or whose base is not available here, is
 * returned unchanged. Errors name the file they are in.
 * @throws {TroupeError} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION; and what `loadBase` throws
 */
export async function resolveExtends(top: ActionSource, loadBase: LoadBase): Promise<ActionSource> {
  if (extendsOf(top) === null) return top;
  const chain: Record<string, unknown>[] = [];
  const visited: string[] = [];
  let current: ActionSource = top;
  for (;;) {
    if (visited.includes(current.where)) throw cycleError([...visited, current.where]);
    visited.push(current.where);
    const { extends: name, ...layer } = readLayer(current.source, current.where, Layer);
    chain.unshift(layer);
    if (name === undefined) return { source: mergeLayers(chain), where: top.where };
    if (chain.length > chainMax) {
      throw new TroupeError('INVALID_ACTION', `An action extends at most ${chainMax} others, one the other`, {
        where: top.where,
      });
    }
    const base = await loadBase(String(name), current.where);
    if (base === null) return { source: { ...mergeLayers(chain), extends: name }, where: top.where };
    current = base;
  }
}

/** Returns the name of the base; null without one. Other errors in the action are found when it is parsed. */
function extendsOf({ source }: ActionSource): string | null {
  const value: unknown =
    typeof source === 'string' ? extendsInText(source) : (source as Partial<typeof source> | null)?.extends;
  return typeof value === 'string' ? value : null;
}

function extendsInText(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? null : document.get('extends');
}

/** From the last base to the action itself; the action keeps its own name. */
function mergeLayers(chain: readonly Record<string, unknown>[]): Record<string, unknown> {
  return chain.reduce((base, layer) => {
    const { name: _name, state: _state, ...inherited } = base;
    const pairs = Object.entries(layer).map(([key, value]) => {
      const below = inherited[key];
      return [key, isMap(value) && isMap(below) && !key.endsWith('Actor') ? { ...below, ...value } : value] as const;
    });
    return { ...inherited, ...Object.fromEntries(pairs) };
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cycleError(visited: readonly string[]): TroupeError {
  return new TroupeError('INVALID_ACTION', `Actions extend each other in a circle: ${visited.join(' → ')}`, {
    where: visited[0] ?? '',
  });
}
