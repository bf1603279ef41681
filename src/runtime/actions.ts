import { Action } from '../model/action.ts';
import { Fault } from '../model/fault.ts';
import { nameKey } from '../model/name.ts';
import { refuseStoredSecrets } from '../model/secret-argument.ts';
import type { Store } from '../ports/store.ts';
import type { Actions } from './api.ts';
import { extended } from './extending.ts';
import { keys } from './keys.ts';
import { checkAction, readAction } from './read-action.ts';

/** The stored actions of one project. */
export function actionsOf(store: Store): Actions {
  const get = async (name: string): Promise<Action> => {
    const found = await store.get(keys.action(nameKey(name)));
    if (found !== undefined) return Action.parse(found);
    throw new Fault('UNKNOWN_ACTION', `There is no action "${name}"`, {
      where: name,
      hints: ['troupe action list', 'troupe help action create'],
    });
  };
  const read: Actions['read'] = async (source, where) => {
    const whole = await extended({ source, where: where ?? 'the action' }, async name => {
      const base = await get(name);
      return { source: { ...base }, where: base.name };
    });
    return parseAction(whole.source, where);
  };
  return {
    read,
    async create(source, where) {
      const action = await read(source, where);
      await store.batch([{ type: 'put', key: keys.action(nameKey(action.name)), value: action }]);
      return action;
    },
    get,
    async list() {
      const actions: Action[] = [];
      for await (const [, value] of store.entries(keys.actions)) actions.push(Action.parse(value));
      return actions;
    },
  };
}

/** From the text of a file, or from an object. @throws {Fault} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION */
export function parseAction(source: unknown, where = 'the action'): Action {
  const action = typeof source === 'string' ? readAction(source, where) : checkAction(source, where);
  refuseStoredSecrets(action, where);
  return action;
}
