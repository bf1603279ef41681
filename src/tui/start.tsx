/** Runs the terminal UI from the first frame until the user quits. */
import type { WriteStream } from 'node:tty';
import { type Instance, render } from 'ink';
import type { Clock, Troupe } from '../index.ts';
import { App } from './app.tsx';
import { Canvas } from './canvas.ts';
import type { HostServices } from './command-context.ts';
import type { KeyBinding } from './keys.ts';
import type { TerminalScreen, TerminalStreams } from './terminal-screen.ts';
import type { ThemeName } from './theme.ts';
import { openUi } from './ui.ts';

export interface StartUiOptions {
  troupe: Troupe;
  screen: TerminalStreams;
  terminal: TerminalScreen;
  clock: Clock;
  keys: readonly KeyBinding[];
  theme: ThemeName;
  /** Output for a screen reader. */
  screenReader: boolean;
  planId?: string;
  /** Creates services; those that need the whole terminal get it through `alone`. */
  services(alone: ExclusiveTerminal): HostServices;
  /** Aborts when the UI must close. */
  signal: AbortSignal;
}

/** Runs work that needs the whole terminal. */
export type ExclusiveTerminal = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Milliseconds to wait for further size changes before redrawing. */
const resizeMs = 60;

/** Resolves when the user quits; plans continue. */
export async function startUi(options: StartUiOptions): Promise<void> {
  const { troupe, screen, terminal, clock, keys, theme, screenReader, planId, signal } = options;
  const { stdin, stdout } = screen;
  let instance: Instance | null = null;
  let resized = () => {};

  const alone: ExclusiveTerminal = async work => {
    unmount();
    terminal.leave();
    try {
      return await work();
    } finally {
      terminal.enter();
      mount();
    }
  };
  const ui = openUi({
    ...{ troupe, clock, keys, theme, services: options.services(alone) },
    ...{ columns: stdout.columns, rows: stdout.rows, redraw },
    ...(planId === undefined ? {} : { planId }),
  });

  function mount(): void {
    const given = { stdin, exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: screenReader };
    // For a screen reader, Ink writes without frames.
    if (screenReader) terminal.clear();
    const drawn = screenReader ? { stdout } : { stdout: new Canvas(stdout) as object as WriteStream, debug: true };
    instance = render(<App ui={ui} />, { ...given, ...drawn });
    // A component that fails ends the UI, not the plans.
    instance.waitUntilExit().catch((thrown: unknown) => fail(thrown));
  }

  function unmount(): void {
    instance?.unmount();
    instance = null;
  }

  /** Redraws everything, because terminals reflow old lines differently when their width changes. */
  function resize(): void {
    resized();
    resized = clock.at(clock.now() + resizeMs, () => {
      if (instance !== null) redraw();
    });
  }

  function redraw(): void {
    unmount();
    ui.resize(stdout.columns, stdout.rows);
    mount();
  }

  let fail: (thrown: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const ends = () => ui.leave();
  stdout.on('resize', resize);
  stdin.on('end', ends);
  stdin.on('close', ends);
  signal.addEventListener('abort', ends);
  try {
    mount();
    if (signal.aborted) ui.leave();
    await Promise.race([ui.exited, failed]);
  } finally {
    resized();
    stdout.off('resize', resize);
    stdin.off('end', ends);
    stdin.off('close', ends);
    signal.removeEventListener('abort', ends);
    unmount();
    await ui.close();
  }
}
