/** Runs the terminal UI from the first frame until the user quits. */
import type { WriteStream } from 'node:tty';
import { type Instance, render } from 'ink';
import type { Clock, Troupe } from '../index.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import { App } from './app.tsx';
import { Canvas } from './canvas.ts';
import type { HostServices } from './command-context.ts';
import type { KeyBinding } from './keys.ts';
import type { TerminalScreen, TerminalStreams } from './terminal-screen.ts';
import type { ThemeName } from './theme.ts';
import { openUi, type Ui } from './ui.ts';

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
  const { troupe, screen, terminal, clock, keys, theme, planId, signal } = options;
  const { stdout } = screen;
  const app = createInkApp(options);

  const alone: ExclusiveTerminal = async work => {
    app.unmount();
    terminal.leave();
    try {
      return await work();
    } finally {
      terminal.enter();
      app.mount(ui);
    }
  };
  const redraw = () => {
    app.unmount();
    ui.resize(stdout.columns, stdout.rows);
    app.mount(ui);
  };
  const ui: Ui = openUi({
    ...{ troupe, clock, keys, theme, services: options.services(alone) },
    ...{ columns: stdout.columns, rows: stdout.rows, redraw },
    ...omitUndefined({ planId }),
  });
  const stopListening = listenToTerminal(options, {
    // Redraws everything, because terminals reflow old lines differently when their width changes.
    resized: () => app.isMounted() && redraw(),
    ended: () => ui.leave(),
  });
  try {
    app.mount(ui);
    if (signal.aborted) ui.leave();
    await Promise.race([ui.exited, app.failed]);
  } finally {
    stopListening();
    app.unmount();
    await ui.close();
  }
}

/** What Ink draws: mounted, or away while another program has the terminal. */
interface InkApp {
  mount(ui: Ui): void;
  unmount(): void;
  isMounted(): boolean;
  /** Rejects when a component fails, which ends the UI, not the plans. */
  readonly failed: Promise<never>;
}

function createInkApp({ screen, terminal, screenReader }: StartUiOptions): InkApp {
  const { stdin, stdout } = screen;
  let instance: Instance | null = null;
  let fail: (thrown: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  return {
    failed,
    isMounted: () => instance !== null,
    mount(ui) {
      const given = { stdin, exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: screenReader };
      // For a screen reader, Ink writes without frames.
      if (screenReader) terminal.clear();
      const drawn = screenReader ? { stdout } : { stdout: new Canvas(stdout) as object as WriteStream, debug: true };
      instance = render(<App ui={ui} />, { ...given, ...drawn });
      instance.waitUntilExit().catch((thrown: unknown) => fail(thrown));
    },
    unmount() {
      instance?.unmount();
      instance = null;
    },
  };
}

/** Calls back when the terminal has another size for a moment, and when its input ends; the returned function stops. */
function listenToTerminal(
  { screen: { stdin, stdout }, clock, signal }: StartUiOptions,
  { resized, ended }: { resized(): void; ended(): void },
): () => void {
  let cancelResized = () => {};
  const resize = () => {
    cancelResized();
    cancelResized = clock.at(clock.now() + resizeMs, resized);
  };
  stdout.on('resize', resize);
  stdin.on('end', ended);
  stdin.on('close', ended);
  signal.addEventListener('abort', ended);
  return () => {
    cancelResized();
    stdout.off('resize', resize);
    stdin.off('end', ended);
    stdin.off('close', ended);
    signal.removeEventListener('abort', ended);
  };
}
