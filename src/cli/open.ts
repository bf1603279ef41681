import { type Hosted, openOrAttach, outputsWith } from '../host.ts';
import { Fault, openTroupe, ownOutputs, type Plan, shelfFolder, type Troupe } from '../index.ts';
import { type Settings, settingsOf, sharedHome } from './config.ts';
import { limitsIn } from './limits.ts';
import { type Notify, type NotifyOptions, notifying } from './notify.ts';
import { passedOn, secretValues, shownCommand } from './passed-on.ts';
import { findPlace, type Place } from './place.ts';
import { rememberProjects } from './projects.ts';
import type { Context } from './verb.ts';

export interface Opened extends AsyncDisposable {
  troupe: Troupe;
  place: Place;
  hosted: Hosted;
}

export interface OpenOptions {
  /** Never owns the store: where nobody does, a process without a window is started that does. */
  attach?: boolean;
  /** How long an owner without a window stays when nothing is left to do and nobody is attached. @default 10 s */
  idleMs?: number;
  /** Is there for others only: takes up what is unfinished. @default false */
  serves?: boolean;
}

/** Variables that programs need to work at all; everything else is passed on by name (`--env`). */
const always = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TMPDIR', 'TZ', 'USER', 'LOGNAME', 'SHELL', 'TERM'];

/**
 * The project's plans, for one command: in this process when nobody else has the store, else from the process that has it.
 * Unfinished plans are left as they are: a command takes up the one it is about.
 * @throws {Fault} STORE_LOCKED naming the process that has the store and lets nobody in; VERSION_MISMATCH
 */
export async function openHere(
  context: Context,
  { attach = false, idleMs = 10_000, serves = false }: OpenOptions = {},
): Promise<Opened> {
  const { io, globals, interrupts } = context;
  const place = await findPlace({ ...globals, env: io.env });
  const env = environment(context);
  const { notify, hookTimeoutMs, ...settings } = await settingsOf(place, io.env);
  const hosted = await host(context, { place, env, settings, hookTimeoutMs, attach, serves });
  context.attached = hosted.role() === 'attached';
  context.owns = () => hosted.role() === 'owner';
  // Whoever only looks makes nothing happen that one could be told of.
  const notices = notify === null || context.looks ? null : await notifying(notifyOptions(context, hosted, notify));
  const close = async () => {
    if (io.starter !== null && !serves && !interrupts.terminated.aborted) {
      const letGo = interrupts.hold(() => undefined);
      await hosted.idle({ idleMs, signal: interrupts.terminated });
      letGo();
    }
    await notices?.[Symbol.asyncDispose]();
    await hosted.close(interrupts.terminated.aborted ? 'stopped' : 'left');
  };
  if (context.attached && context.given.list('env').length > 0) {
    await close();
    throw notOurs(hosted);
  }
  return { troupe: hosted.troupe, place, hosted, [Symbol.asyncDispose]: close };
}

function notifyOptions(context: Context, hosted: Hosted, notify: Notify): NotifyOptions {
  return {
    troupe: hosted.troupe,
    notify,
    io: context.io,
    owns: () => hosted.role() === 'owner',
    warn: text => context.say(text, 'warning'),
    signal: context.interrupts.terminated,
  };
}

interface HostWish {
  place: Place;
  env: Record<string, string>;
  settings: Omit<Settings, 'notify' | 'hookTimeoutMs'>;
  hookTimeoutMs: number | undefined;
  attach: boolean;
  serves: boolean;
}

async function host(context: Context, wish: HostWish): Promise<Hosted> {
  const { place, env, settings, hookTimeoutMs, attach, serves } = wish;
  const { io, globals } = context;
  await rememberProjects(place, globals.directory, context.given.list('project'));
  const outputs = outputsWith(ownOutputs());
  const start = async () => {
    io.background(['-C', globals.directory, '--store', place.home, 'owner', 'serve'], place.backgroundLog);
  };
  return openOrAttach({
    home: place.home,
    file: place.owner,
    root: place.root,
    // What only an owner needs is loaded only by an owner.
    store: async () => (await import('../level.ts')).levelStore(place.store)(),
    open: async store =>
      openTroupe({
        store,
        project: await (await import('./project-here.ts')).projectHere(
          place,
          io.env,
          hookTimeoutMs === undefined ? {} : { hookTimeoutMs },
        ),
        env,
        secrets: secretValues(context),
        logs: place.logs,
        ...limitsIn(io.env),
        resume: false,
        ownFiles: { folders: [place.home], outputs: outputs.all },
        shelf: shelfFolder(sharedHome(io.env)),
        ...settings,
      }),
    command: shownCommand(context.words),
    pid: io.pid,
    now: () => io.now(),
    env: io.env,
    mode: attach ? 'attach' : context.looks ? 'look' : 'work',
    background: serves || io.starter !== null,
    waitMs: globals.lockMs,
    outputs,
    start,
  });
}

/** Variables that programs of a plan see are those of the process that starts them. */
function notOurs(hosted: Hosted): Fault {
  const { pid, command } = hosted.owner();
  return new Fault(
    'USAGE',
    `--env cannot reach programs that process ${pid} ("${command}") starts, which has the store`,
    {
      where: '--env',
      hints: ['troupe owner status', 'troupe owner stop'],
    },
  );
}

/** The plan a command is about. */
export function planOf(context: Context, troupe: Troupe): Promise<Plan> {
  return troupe.plan(context.given.text('plan'));
}

function environment(context: Context): Record<string, string> {
  const { io } = context;
  const env: Record<string, string> = {};
  for (const name of always) {
    const value = io.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...Object.fromEntries(passedOn(context)) };
}
