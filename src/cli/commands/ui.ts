import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, type Troupe } from '../../index.ts';
import type { Outside } from '../../tui/hand.ts';
import { keymap } from '../../tui/keys.ts';
import { type Stage, stageOn } from '../../tui/screen.ts';
import type { Alone } from '../../tui/start.tsx';
import type { ThemeName } from '../../tui/theme.ts';
import { edited } from '../edited.ts';
import { exitCodeOf } from '../interrupt.ts';
import type { Io, Signal } from '../io.ts';
import { loadUi } from '../load-ui.ts';
import { openHere } from '../open.ts';
import { count } from '../progress/sentence.ts';
import { type UiSettings, uiSettings } from '../ui-settings.ts';
import type { Context, Outcome, Run } from '../verb.ts';

/** A window on the process that has the store: it never has it itself, so that closing it ends nothing. */
export const run: Run = async context => {
  const { io, interrupts } = context;
  const screen = screenOf(context);
  const { settings, file } = await uiSettings(io);
  const keys = keymap(settings.keys, file);
  const stage = stageOn(screen.stdout);
  const forget = io.onExit(stage.leave);
  const ends = new AbortController();
  let signalled: Signal | null = null;
  const letGo = interrupts.hold(signal => {
    signalled = signal;
    ends.abort();
  });
  // Something is seen while the rest is loaded.
  stage.enter();
  screen.stdout.write('  troupe  opening …');
  try {
    const [opened, { startUi }] = await Promise.all([openHere(context, { attach: true }), loadUi()]);
    await using _ = opened;
    const { troupe } = opened;
    const wanted = context.given.text('plan');
    const plan = wanted === undefined ? null : await troupe.plan(wanted);
    await startUi({
      ...{ troupe, screen, stage, keys, theme: themeOf(context, settings), signal: ends.signal },
      clock: clockOf(io),
      outside: alone => outside(context, stage, alone),
      ...(plan === null ? {} : { planId: plan.id }),
    });
    stage.leave();
    return await outcomeOf(troupe, { planId: plan?.id ?? null, signalled });
  } finally {
    stage.leave();
    forget();
    letGo();
  }
};

/** @throws {Fault} USAGE where there is nothing to draw on */
function screenOf({ io, globals }: Context): NonNullable<Io['screen']> {
  if (io.screen !== null && io.env.TERM !== 'dumb' && globals.input && globals.format !== 'json') return io.screen;
  throw new Fault('USAGE', 'The terminal UI needs a terminal it can draw on', {
    where: 'standard input and output',
    hints: ['troupe plan status', 'troupe plan logs --follow'],
  });
}

function themeOf({ given, io }: Context, settings: UiSettings): ThemeName {
  const asked = given.text('theme') as ThemeName | undefined;
  if (asked !== undefined) return asked;
  return (io.env.NO_COLOR ?? '') === '' ? (settings.theme ?? 'dark') : 'plain';
}

function clockOf(io: Io) {
  return {
    now: () => io.now(),
    at(atMs: number, callback: () => void) {
      const timer = setTimeout(callback, Math.max(0, atMs - io.now()));
      return () => clearTimeout(timer);
    },
  };
}

function outside(context: Context, stage: Stage, alone: Alone): Outside {
  const { io, globals } = context;
  const editor = [io.env.VISUAL, io.env.EDITOR].find(each => each !== undefined && each.trim() !== '');
  return {
    folder: globals.directory,
    copy: stage.copy,
    notify: stage.notify,
    edit: async file => (editor === undefined ? null : alone(() => io.edit(editor, file))),
    shell: folder => alone(() => io.shell(folder)),
    save: (name, text) => saveNew(globals.directory, name, text),
    async settle(path, content) {
      const edit: Io['edit'] = (program, file) => alone(() => io.edit(program, file));
      return (await edited({ globals, io: { ...io, edit } }, { path, content })).content;
    },
  };
}

/** Never over a file that is there. */
async function saveNew(folder: string, name: string, text: string, turn = 1): Promise<string> {
  const file = join(folder, turn === 1 ? name : name.replace(/(\.\w+)$/, `-${turn}$1`));
  try {
    await writeFile(file, text, { flag: 'wx' });
    return file;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')
      return saveNew(folder, name, text, turn + 1);
    throw thrown;
  }
}

async function outcomeOf(
  troupe: Troupe,
  { planId, signalled }: { planId: string | null; signalled: Signal | null },
): Promise<Outcome> {
  const atWork = (await troupe.plans()).filter(({ state }) => state === 'processing').map(plan => plan.planId);
  const next = ['troupe ui', 'troupe plan status'];
  const goes =
    atWork.length === 0
      ? 'nothing is at work'
      : `${count(atWork.length, 'plan')} at work ${atWork.length === 1 ? 'goes' : 'go'} on`;
  return {
    data: { plan_id: planId, at_work: atWork, next },
    text: `Left; ${goes}`,
    ...(signalled === null ? {} : { exitCode: exitCodeOf(signalled) }),
  };
}
