import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import {
  type Action,
  type ActionSource,
  commandHint,
  extendAction,
  parseAction,
  type Troupe,
  TroupeError,
  type UseOptions,
} from '../index.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import { isActionFile } from '../presentation/action-file.ts';
import { isCi } from '../presentation/colors.ts';
import type { CommandContext, GlobalOptions } from './command.ts';
import { parseAttempt } from './parse-attempt.ts';
import { isInteractive } from './prompts/prompt.ts';

/** The current directory: relative paths start here. */
type WorkingDirectory = { globals: Pick<GlobalOptions, 'directory'> };

/** Reads the file's text. @throws {TroupeError} FILE_NOT_FOUND */
export async function readActionFile(context: WorkingDirectory, file: string): Promise<string> {
  const path = resolve(context.globals.directory, file);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TroupeError('FILE_NOT_FOUND', 'This file cannot be read', {
      where: path,
      hints: ['ls', commandHint('init')],
      cause,
    });
  }
}

/** Options for a plan, before a stored base of the action is loaded. */
export type PlanRequest = Omit<UseOptions, 'action'> & { action: Action | string | ActionSource };

/** Returns the options with the stored base merged in. @throws {TroupeError} UNKNOWN_ACTION, INVALID_ACTION, … */
export async function resolveStoredBase(troupe: Troupe, { action, ...options }: PlanRequest): Promise<UseOptions> {
  if (typeof action === 'string' || !('source' in action)) return { ...options, action };
  return { ...options, action: await troupe.actions.read(action.source, action.where) };
}

/** Returns the options for `run` and `plan use` from their flags. */
export async function planRequestFromFlags(context: CommandContext): Promise<PlanRequest> {
  const { args, globals } = context;
  const file = args.text('file');
  const goal = args.text('goal');
  return {
    ...(await planOptionsFromFlags(context)),
    action: await actionFromFlags(context),
    ...omitUndefined({ goal }),
    ...(file === undefined ? {} : { actionDir: dirname(resolve(globals.directory, file)) }),
  };
}

/** The same flags, whatever the plan is made of. */
export async function planOptionsFromFlags(context: CommandContext): Promise<Omit<PlanRequest, 'action'>> {
  const { args } = context;
  const profile = args.text('profile');
  const base = args.text('base');
  const { parseProjectAliases } = await import('./project/linked-projects.ts');
  const projects = parseProjectAliases(args.list('project'));
  return {
    arguments: parseArgFlags(args.list('arg')),
    invariants: args.list('invariant').map(text => ({ text, check: null, nonOverridable: false, each: 'phase' })),
    allowEmpty: args.has('allow-empty'),
    fetch: args.has('fetch'),
    recheck: args.has('recheck'),
    ...attemptsFromFlags(context),
    ...attendedMode(context),
    ...omitUndefined({ profile }),
    ...(projects.length === 0 ? {} : { projects }),
    ...omitUndefined({ base }),
  };
}

/** @throws {TroupeError} USAGE for a judge without attempts, or a number that is none */
function attemptsFromFlags({ args }: CommandContext): Pick<UseOptions, 'attempts'> {
  const typed = args.text('attempts');
  const judge = args.text('judge') ?? null;
  if (typed !== undefined)
    return { attempts: { count: parseAttempt(typed, { command: 'run', flag: '--attempts' }), judge } };
  if (judge === null) return {};
  throw new TroupeError('USAGE', '--judge chooses between attempts: say how many, with --attempts', {
    where: '--judge',
    hints: [commandHint('help run')],
  });
}

/** Whether a user can be asked at this terminal. */
function attendedMode(context: CommandContext): Pick<UseOptions, 'attended'> {
  if (isCi(context.io.env)) return { attended: 'ci' };
  return isInteractive(context) ? { attended: 'terminal' } : {};
}

/** Reads an action file and merges the files it extends. @throws {TroupeError} FILE_NOT_FOUND, INVALID_ACTION, … */
export async function readActionSource(
  context: WorkingDirectory,
  file: string,
): Promise<string | Record<string, unknown>> {
  const top = { source: await readActionFile(context, file), where: file };
  const whole = await extendAction(top, async (name, from) => {
    if (!isActionFile(name)) return null;
    const path = isAbsolute(name) ? name : join(dirname(from), name);
    return { source: await readActionFile(context, path), where: path };
  });
  return whole.source;
}

/** Loads an action file; unresolved when it extends a stored action. @throws {TroupeError} FILE_NOT_FOUND, INVALID_ACTION, … */
export async function loadActionFile(context: WorkingDirectory, file: string): Promise<Action | ActionSource> {
  const source = await readActionSource(context, file);
  const extendsStored = typeof source === 'object' && source.extends !== undefined;
  return extendsStored ? { source, where: file } : parseAction(source, file);
}

async function actionFromFlags(context: CommandContext): Promise<PlanRequest['action']> {
  const file = context.args.text('file');
  const name = context.args.text('action');
  if (file !== undefined && name === undefined) return loadActionFile(context, file);
  if (name !== undefined && file === undefined) return name;
  throw new TroupeError('USAGE', 'Say which action: either a file or the name of a stored one', {
    hints: [commandHint('action list'), commandHint('init'), commandHint('help run')],
  });
}

function parseArgFlags(typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    typed.map(pair => {
      const [key = '', ...value] = pair.split('=');
      if (key !== '' && value.length > 0) return [key, value.join('=')];
      throw new TroupeError('USAGE', `"${pair}" is not an argument, which is written ${key || 'KEY'}=VALUE`, {
        where: '--arg',
        hints: [commandHint('help run')],
      });
    }),
  );
}
