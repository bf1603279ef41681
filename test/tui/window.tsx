import { render } from 'ink-testing-library';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { Troupe } from '../../src/index.ts';
import { App } from '../../src/tui/app.tsx';
import type { Outside } from '../../src/tui/hand.ts';
import { bindings } from '../../src/tui/keys.ts';
import { openUi, type Ui, type UiOptions } from '../../src/tui/ui.ts';

/** What deeds did beyond the screen. */
export interface Done {
  copied: string[];
  notified: string[];
  edited: string[];
  shells: string[];
  saved: Record<string, string>;
}

export interface Window extends AsyncDisposable {
  ui: Ui;
  done: Done;
  /** What the screen shows. */
  frame(): string;
  /** Types as a terminal sends it. */
  type(...keys: string[]): Promise<void>;
  /** Resolves with the screen once all these words are on it. */
  shows(...words: string[]): Promise<string>;
  /** The same once none of them is. */
  hides(...words: string[]): Promise<string>;
}

export const keys = { enter: '\r', down: '\u001b[B', up: '\u001b[A', tab: '\t', backspace: '\u007f', ctrlC: '\u0003' };

/** The screen on a Troupe, 100 columns wide: real input and real frames, without a terminal. */
export function openWindow(
  troupe: Troupe,
  { outside = {}, ...more }: Partial<Omit<UiOptions, 'outside'>> & { outside?: Partial<Outside> } = {},
): Window {
  const done: Done = { copied: [], notified: [], edited: [], shells: [], saved: {} };
  const ui = openUi({
    ...{ troupe, clock: systemClock(), keys: bindings, theme: 'plain', columns: 100, rows: 30, redraw: () => {} },
    ...more,
    outside: {
      folder: '.',
      copy: text => done.copied.push(text),
      notify: text => done.notified.push(text),
      edit: async file => done.edited.push(file) - 1,
      shell: async folder => done.shells.push(folder) - 1,
      settle: async (_, content) => Buffer.from(`settled ${content?.length ?? 'nothing'}\n`),
      rewrite: async (_, text) => text,
      action: file => Promise.reject(new Error(`no ${file}`)),
      inspect: async () => 'http://127.0.0.1:1/',
      async save(name, text) {
        done.saved[name] = text;
        return name;
      },
      ...outside,
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
  /** Lets what was begun be drawn: input is listened to, and changes are drawn, a moment later. */
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
    done,
    frame,
    async type(...typed) {
      await drawn();
      for (const key of typed) {
        screen.stdin.write(key);
        await drawn();
      }
    },
    shows: (...words) => until(text => words.every(word => text.includes(word))),
    hides: (...words) => until(text => words.every(word => !text.includes(word))),
    async [Symbol.asyncDispose]() {
      screen.unmount();
      await ui.close();
    },
  };
}
