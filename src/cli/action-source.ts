import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type Action, extendAction, Fault, parseAction, type Troupe, type UseOptions, type Written } from '../index.ts';
import { canAsk } from './ask.ts';
import { isCi } from './paint.ts';
import type { Context, Globals } from './verb.ts';

/** Where a person is: paths they type begin there. */
type Here = { globals: Pick<Globals, 'directory'> };

/** The file's text. @throws {Fault} FILE_NOT_FOUND */
export async function textOf(context: Here, file: string): Promise<string> {
  const path = resolve(context.globals.directory, file);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Fault('FILE_NOT_FOUND', 'This file cannot be read', { where: path, hints: ['ls', 'troupe init'], cause });
  }
}

/** What a plan is made of, before a stored action that a file extends was looked up. */
export type Wanted = Omit<UseOptions, 'action'> & { action: Action | string | Written };

/** The same with the stored action that its file extends in it. @throws {Fault} UNKNOWN_ACTION, INVALID_ACTION, … */
export async function withBase(troupe: Troupe, { action, ...options }: Wanted): Promise<UseOptions> {
  if (typeof action === 'string' || !('source' in action)) return { ...options, action };
  return { ...options, action: await troupe.actions.read(action.source, action.where) };
}

/** What `run` and `plan use` were asked to make a plan of. */
export async function useOptionsOf(context: Context): Promise<Wanted> {
  const { given, globals } = context;
  const file = given.text('file');
  const goal = given.text('goal');
  const profile = given.text('profile');
  const base = given.text('base');
  const { aliasesIn } = await import('./projects.ts');
  const projects = aliasesIn(given.list('project'));
  return {
    action: await actionOf(context),
    arguments: argumentsOf(given.list('arg')),
    invariants: given.list('invariant').map(text => ({ text, check: null, nonOverridable: false, each: 'phase' })),
    allowEmpty: given.has('allow-empty'),
    fetch: given.has('fetch'),
    recheck: given.has('recheck'),
    ...attendedIn(context),
    ...(goal === undefined ? {} : { goal }),
    ...(profile === undefined ? {} : { profile }),
    ...(projects.length === 0 ? {} : { projects }),
    ...(base === undefined ? {} : { base }),
    ...(file === undefined ? {} : { actionDir: dirname(resolve(globals.directory, file)) }),
  };
}

/** Who can be asked where the command was typed. */
function attendedIn(context: Context): Pick<UseOptions, 'attended'> {
  if (isCi(context.io.env)) return { attended: 'ci' };
  return canAsk(context) ? { attended: 'terminal' } : {};
}

/** The text of an action; where it extends files, with those in it. @throws {Fault} FILE_NOT_FOUND, INVALID_ACTION, … */
export async function writtenIn(context: Here, file: string): Promise<string | Record<string, unknown>> {
  const top = { source: await textOf(context, file), where: file };
  const whole = await extendAction(top, async (name, from) => {
    if (!isFile(name)) return null;
    const path = isAbsolute(name) ? name : join(dirname(from), name);
    return { source: await textOf(context, path), where: path };
  });
  return whole.source;
}

/** Names of stored actions have neither a dot nor a beginning slash. */
export function isFile(name: string): boolean {
  return name.startsWith('.') || name.startsWith('/') || /\.(?:ya?ml|json)$/.test(name);
}

/** The action of a file; as it is written where it extends a stored one. @throws {Fault} FILE_NOT_FOUND, INVALID_ACTION, … */
export async function actionIn(context: Here, file: string): Promise<Action | Written> {
  const source = await writtenIn(context, file);
  const extendsStored = typeof source === 'object' && source.extends !== undefined;
  return extendsStored ? { source, where: file } : parseAction(source, file);
}

async function actionOf(context: Context): Promise<Wanted['action']> {
  const file = context.given.text('file');
  const name = context.given.text('action');
  if (file !== undefined && name === undefined) return actionIn(context, file);
  if (name !== undefined && file === undefined) return name;
  throw new Fault('USAGE', 'Say which action: either a file or the name of a stored one', {
    hints: ['troupe action list', 'troupe init', 'troupe help run'],
  });
}

function argumentsOf(typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    typed.map(pair => {
      const [key = '', ...value] = pair.split('=');
      if (key !== '' && value.length > 0) return [key, value.join('=')];
      throw new Fault('USAGE', `"${pair}" is not an argument, which is written ${key || 'KEY'}=VALUE`, {
        where: '--arg',
        hints: ['troupe help run'],
      });
    }),
  );
}
