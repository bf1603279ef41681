import { render } from 'ink-testing-library';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import type { Troupe } from '../../src/index.ts';
import { App } from '../../src/tui/app.tsx';
import type { HostServices } from '../../src/tui/command-context.ts';
import { keyBindings } from '../../src/tui/keys.ts';
import { openUi, type Ui, type UiOptions } from '../../src/tui/ui.ts';

/** The actions outside the screen. */
export interface RecordedServices {
  copied: string[];
  notified: string[];
  edited: string[];
  shells: string[];
  saved: Record<string, string>;
}

export interface TestUi extends AsyncDisposable {
  ui: Ui;
  recorded: RecordedServices;
  /** What the screen shows. */
  frame(): string;
  /** Sends input as a terminal does. */
  type(...keyCodes: string[]): Promise<void>;
  /** Resolves with the screen once all these words are on it. */
  waitForText(...words: string[]): Promise<string>;
  /** Resolves with the screen once none of these words is on it. */
  waitForNoText(...words: string[]): Promise<string>;
}

export const keyCodes = {
  enter: '\r',
  down: '\u001b[B',
  up: '\u001b[A',
  tab: '\t',
  backspace: '\u007f',
  ctrlC: '\u0003',
};

/** The screen on a Troupe, 100 columns wide: real input and real frames, without a terminal. */
export function openTestUi(
  troupe: Troupe,
  { services = {}, ...more }: Partial<Omit<UiOptions, 'services'>> & { services?: Partial<HostServices> } = {},
): TestUi {
  const done: RecordedServices = { copied: [], notified: [], edited: [], shells: [], saved: {} };
  const ui = openUi({
    ...{ troupe, clock: systemClock(), keys: keyBindings, theme: 'plain', columns: 100, rows: 30, redraw: () => {} },
    ...more,
    services: {
      folder: '.',
      copy: text => done.copied.push(text),
      notify: text => done.notified.push(text),
      edit: async file => done.edited.push(file) - 1,
      shell: async folder => done.shells.push(folder) - 1,
      editConflict: async (_, content) => Buffer.from(`resolved ${content?.length ?? 'nothing'}\n`),
      editText: async (_, text) => text,
      loadAction: file => Promise.reject(new Error(`no ${file}`)),
      inspect: async () => 'http://127.0.0.1:1/',
      async save(name, text) {
        done.saved[name] = text;
        return name;
      },
      ...services,
    },
  });
  const screen = render(<App ui={ui} />);
  const frame = () => screen.lastFrame() ?? '';
  let wake = () => {};
  const { write } = screen.stdout;
  screen.stdout.write = drawn => {
    write(drawn);
    wake();
  };
  /** Waits for pending frames: input is read, and changes are drawn, a moment later. */
  const drawn = () => new Promise<void>(resolve => setImmediate(resolve));
  const until = async (wanted: (text: string) => boolean): Promise<string> => {
    const patience = AbortSignal.timeout(20_000);
    patience.addEventListener('abort', () => wake());
    while (!wanted(frame())) {
      if (patience.aborted) throw new Error(`this is all that is shown:\n${frame()}`);
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    return frame();
  };
  return {
    ui,
    recorded: done,
    frame,
    async type(...typed) {
      await drawn();
      for (const key of typed) {
        screen.stdin.write(key);
        await drawn();
      }
    },
    waitForText: (...words) => until(text => words.every(word => text.includes(word))),
    waitForNoText: (...words) => until(text => words.every(word => !text.includes(word))),
    async [Symbol.asyncDispose]() {
      screen.unmount();
      await ui.close();
    },
  };
}
