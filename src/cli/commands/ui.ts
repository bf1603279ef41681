import { Fault, type Troupe } from '../../index.ts';
import { keymap } from '../../tui/keys.ts';
import { stageOn } from '../../tui/screen.ts';
import type { ThemeName } from '../../tui/theme.ts';
import { pageOf } from '../inspecting.ts';
import { exitCodeOf } from '../interrupt.ts';
import type { Io, Signal } from '../io.ts';
import { loadUi } from '../load-ui.ts';
import { openHere } from '../open.ts';
import { outsideOf } from '../outside.ts';
import { refusesColor } from '../paint.ts';
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
  const spoken = io.env.INK_SCREEN_READER === 'true';
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
    await using page = pageOf(troupe);
    const wanted = context.given.text('plan');
    const plan = wanted === undefined ? null : await troupe.plan(wanted);
    await startUi({
      ...{ troupe, screen, stage, keys, theme: themeOf(context, settings), spoken, signal: ends.signal },
      clock: clockOf(io),
      outside: alone => outsideOf(context, { stage, alone, inspect: page.invite }),
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

function themeOf({ given, io, color }: Context, settings: UiSettings): ThemeName {
  const asked = given.text('theme') as ThemeName | undefined;
  if (asked !== undefined) return asked;
  return refusesColor(color, io.env) ? 'plain' : (settings.theme ?? 'dark');
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
