/**
 * An action that extends another: what it says itself stands, everything else is as in the base. Maps (arguments,
 * subplans, budget, …) are joined key by key; lists, actors and all else are replaced. A base need not be whole.
 */
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { Action } from '../model/action.ts';
import { Fault } from '../model/fault.ts';
import { readLayer } from './read-action.ts';

/** An action, or a part of one, as its author wrote it; `where` is how it is called in messages. */
export interface Written {
  source: string | Record<string, unknown>;
  where: string;
}

/** The base of that name, as `from` says it; null when it is not to be had here. */
export type FindBase = (name: string, from: string) => Promise<Written | null>;

/** Longer chains nobody understands. */
const chainMax = 8;

const Layer = Action.partial().extend({ extends: z.string().min(1).optional() });

/**
 * The action with its bases in it. Without `extends` it is given back as it is; so is an `extends` whose base is not to be
 * had here. What is wrong is told with the file it is in.
 * @throws {Fault} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION; and what `find` throws
 */
export async function extended(top: Written, find: FindBase): Promise<Written> {
  if (nextOf(top) === null) return top;
  const chain: Record<string, unknown>[] = [];
  const seen: string[] = [];
  let written: Written = top;
  for (;;) {
    if (seen.includes(written.where)) throw circle([...seen, written.where]);
    seen.push(written.where);
    const { extends: name, ...layer } = readLayer(written.source, written.where, Layer);
    chain.unshift(layer);
    if (name === undefined) return { source: joined(chain), where: top.where };
    if (chain.length > chainMax) {
      throw new Fault('INVALID_ACTION', `An action extends at most ${chainMax} others, one the other`, {
        where: top.where,
      });
    }
    const base = await find(String(name), written.where);
    if (base === null) return { source: { ...joined(chain), extends: name }, where: top.where };
    written = base;
  }
}

/** What it says that it extends; null when it does not. Whatever else is wrong with it is found by who reads it. */
function nextOf({ source }: Written): string | null {
  const found: unknown = typeof source === 'string' ? namedIn(source) : source.extends;
  return typeof found === 'string' ? found : null;
}

function namedIn(text: string): unknown {
  const document = parseDocument(text);
  return document.errors.length > 0 ? null : document.get('extends');
}

/** From the furthest base to the action itself; the name is its own. */
function joined(chain: readonly Record<string, unknown>[]): Record<string, unknown> {
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

function circle(seen: readonly string[]): Fault {
  return new Fault('INVALID_ACTION', `Actions extend each other in a circle: ${seen.join(' → ')}`, {
    where: seen[0] ?? '',
  });
}
