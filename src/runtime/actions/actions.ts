import { Action } from '../../model/action.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { nameKey } from '../../model/name-key.ts';
import { assertNoStoredSecrets } from '../../model/secret-argument.ts';
import type { Store } from '../../ports/store.ts';
import type { Actions } from '../api.ts';
import { keys } from '../records/keys.ts';
import { resolveExtends } from './action-inheritance.ts';
import { checkAction, readAction } from './read-action.ts';

/** The stored actions of one project. */
export function createActionRegistry(store: Store): Actions {
  const get = async (name: string): Promise<Action> => {
    const stored = await store.get(keys.action(nameKey(name)));
    if (stored !== undefined) return Action.parse(stored);
    throw new TroupeError('UNKNOWN_ACTION', `There is no action "${name}"`, {
      where: name,
      hints: [commandHint('action list'), commandHint('help action create')],
    });
  };
  const read: Actions['read'] = async (source, where) => {
    const resolved = await resolveExtends({ source, where: where ?? 'the action' }, async name => {
      const base = await get(name);
      return { source: { ...base }, where: base.name };
    });
    return parseAction(resolved.source, where);
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

/** Parses the text of a file, or an object. @throws {TroupeError} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION */
export function parseAction(source: unknown, where = 'the action'): Action {
  const action = typeof source === 'string' ? readAction(source, where) : checkAction(source, where);
  assertNoStoredSecrets(action, where);
  return action;
}
