import { Fault, openTroupe, type Plan, type Troupe } from '../index.ts';
import { findPlace, type Place } from './place.ts';
import type { Context } from './verb.ts';

export interface Opened extends AsyncDisposable {
  troupe: Troupe;
  place: Place;
}

/** Variables that programs need to work at all; everything else is passed on by name (`--env`). */
const always = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TMPDIR', 'TZ', 'USER', 'LOGNAME', 'SHELL', 'TERM'];

/**
 * The project's plans, for one command. Unfinished plans are left as they are: a command takes up the one it is about.
 * @throws {Fault} STORE_LOCKED naming the process that has the store
 */
export async function openHere(context: Context): Promise<Opened> {
  const { io, globals, typed } = context;
  const place = await findPlace({ ...globals, env: io.env });
  const [{ levelStore }, { directoryProject, gitProject }, { ownedStore }] = await Promise.all([
    import('../level.ts'),
    import('../git.ts'),
    import('../host.ts'),
  ]);
  const store = ownedStore(levelStore(place.store), {
    file: place.owner,
    command: typed,
    pid: io.pid,
    now: () => io.now(),
  });
  const project = (place.kind === 'git' ? gitProject : directoryProject)(place.root, { env: io.env });
  const troupe = await openTroupe({
    store,
    project,
    env: environment(context),
    logs: place.logs,
    resume: false,
  });
  return { troupe, place, [Symbol.asyncDispose]: () => troupe.close() };
}

/** The plan a command is about. */
export function planOf(context: Context, troupe: Troupe): Promise<Plan> {
  return troupe.plan(context.given.text('plan'));
}

function environment({ io, given }: Context): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of always) {
    const value = io.env[name];
    if (value !== undefined) env[name] = value;
  }
  for (const wanted of given.list('env')) {
    const [name = '', ...rest] = wanted.split('=');
    const value = rest.length > 0 ? rest.join('=') : io.env[name];
    if (name === '' || value === undefined) {
      throw new Fault('USAGE', `There is no environment variable ${name || '""'} to pass on`, {
        where: `--env ${wanted}`,
        hints: [`--env ${name || 'NAME'}=VALUE`],
      });
    }
    env[name] = value;
  }
  return env;
}
