import { commandHint, type Troupe, TroupeError } from '../../index.ts';
import { isColorDisabled } from '../../presentation/colors.ts';
import { pluralize } from '../../presentation/units.ts';
import type { ThemeName } from '../../tui.ts';
import { createTerminalScreen, loadUi, resolveKeymap } from '../../tui.ts';
import type { CommandContext, CommandOutcome, RunCommand } from '../command.ts';
import { createLazyInspector } from '../inspector.ts';
import { exitCodeOf } from '../interrupt.ts';
import type { Io, ProcessSignal } from '../io.ts';
import { openProject } from '../project/open-project.ts';
import { createHostServices } from '../tui-services.ts';
import { loadUiSettings, type UiSettings } from '../ui-settings.ts';

/**
 * Opens the UI as a client of the process that owns the store. It never owns the store itself, so that closing it
 * ends nothing.
 */
export const run: RunCommand = async context => {
  const { io, interrupts } = context;
  const screen = requireScreen(context);
  const { settings, file } = await loadUiSettings(io);
  const keys = resolveKeymap(settings.keys, file);
  const stage = createTerminalScreen(screen.stdout);
  const isScreenReader = io.env.INK_SCREEN_READER === 'true';
  const forget = io.onExit(stage.leave);
  const ends = new AbortController();
  let signalled: ProcessSignal | null = null;
  const letGo = interrupts.handle(signal => {
    signalled = signal;
    ends.abort();
  });
  // Show the screen while the rest loads.
  stage.enter();
  screen.stdout.write('  troupe  opening …');
  try {
    const [opened, { startUi }] = await Promise.all([openProject(context, { attach: true }), loadUi()]);
    await using _ = opened;
    const { troupe } = opened;
    await using page = createLazyInspector(troupe);
    const wanted = context.args.text('plan');
    const plan = wanted === undefined ? null : await troupe.get(wanted);
    await startUi({
      ...{
        troupe,
        screen,
        terminal: stage,
        keys,
        theme: chooseTheme(context, settings),
        screenReader: isScreenReader,
        signal: ends.signal,
      },
      clock: createClock(io),
      services: alone => createHostServices(context, { stage, alone, inspect: page.invite }),
      ...(plan === null ? {} : { planId: plan.id }),
    });
    stage.leave();
    return await uiResult(troupe, { planId: plan?.id ?? null, signalled });
  } finally {
    stage.leave();
    forget();
    letGo();
  }
};

/** @throws {TroupeError} USAGE when there is no terminal */
function requireScreen({ io, globals }: CommandContext): NonNullable<Io['screen']> {
  if (io.screen !== null && io.env.TERM !== 'dumb' && globals.input && globals.format !== 'json') return io.screen;
  throw new TroupeError('USAGE', 'The terminal UI needs a terminal it can draw on', {
    where: 'standard input and output',
    hints: [commandHint('plan status'), commandHint('plan logs', { options: { follow: true } })],
  });
}

function chooseTheme({ args, io, color }: CommandContext, settings: UiSettings): ThemeName {
  const asked = args.text('theme') as ThemeName | undefined;
  if (asked !== undefined) return asked;
  return isColorDisabled(color, io.env) ? 'plain' : (settings.theme ?? 'dark');
}

function createClock(io: Io) {
  return {
    now: () => io.now(),
    at(atMs: number, callback: () => void) {
      const timer = setTimeout(callback, Math.max(0, atMs - io.now()));
      return () => clearTimeout(timer);
    },
  };
}

async function uiResult(
  troupe: Troupe,
  { planId, signalled }: { planId: string | null; signalled: ProcessSignal | null },
): Promise<CommandOutcome> {
  const atWork = (await troupe.list()).filter(({ state }) => state === 'processing').map(plan => plan.planId);
  const next = ['troupe ui', 'troupe plan status'];
  const goes =
    atWork.length === 0
      ? 'nothing is at work'
      : `${pluralize(atWork.length, 'plan')} at work ${atWork.length === 1 ? 'goes' : 'go'} on`;
  return {
    data: { plan_id: planId, at_work: atWork, next },
    text: `Left; ${goes}`,
    ...(signalled === null ? {} : { exitCode: exitCodeOf(signalled) }),
  };
}
