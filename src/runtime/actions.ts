import { parse } from 'yaml';
import { Action } from '../model/action.ts';
import { Fault } from '../model/fault.ts';
import { nameKey } from '../model/name.ts';
import type { Store } from '../ports/store.ts';
import type { Actions } from './api.ts';
import { keys } from './keys.ts';

/** The stored actions of one project. */
export function actionsOf(store: Store): Actions {
  return {
    async create(source, where) {
      const action = parseAction(source, where);
      await store.batch([{ type: 'put', key: keys.action(nameKey(action.name)), value: action }]);
      return action;
    },
    async get(name) {
      const found = await store.get(keys.action(nameKey(name)));
      if (found !== undefined) return Action.parse(found);
      throw new Fault('UNKNOWN_ACTION', `There is no action "${name}"`, {
        where: name,
        hints: ['troupe action list', 'troupe action create -f FILE'],
      });
    },
    async list() {
      const actions: Action[] = [];
      for await (const [, value] of store.entries(keys.actions)) actions.push(Action.parse(value));
      return actions;
    },
  };
}

/** @throws {Fault} UNKNOWN_KEY naming the key, INVALID_ACTION naming what is wrong and where */
export function parseAction(source: unknown, where = 'the action'): Action {
  let value: unknown = source;
  if (typeof source === 'string') {
    try {
      value = parse(source);
    } catch (cause) {
      throw new Fault('INVALID_ACTION', `Not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, {
        where,
        cause,
      });
    }
  }
  const parsed = Action.safeParse(value);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find(issue => issue.code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys') {
    const path = [...unknown.path, unknown.keys[0]].join('.');
    throw new Fault('UNKNOWN_KEY', `Unknown key "${path}"`, {
      where,
      hints: ['troupe help action'],
      details: { keys: unknown.keys, path: unknown.path },
    });
  }
  const message = parsed.error.issues.map(issue => `${issue.path.join('.') || 'action'}: ${issue.message}`).join('; ');
  throw new Fault('INVALID_ACTION', message, { where, hints: ['troupe help action'] });
}
