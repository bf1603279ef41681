/** Runs navigation and commands by name, for keys and for what was typed after `:`. */
import { TroupeError } from '../index.ts';
import { formatHint } from '../presentation/hints.ts';
import type { UiCommandContext } from './command-context.ts';
import { uiCommands } from './commands/index.ts';
import { viewNames } from './keys.ts';
import { navigate, type Viewport } from './navigation.ts';
import { splitFirstWord } from './split-words.ts';
import type { UiStateHolder } from './state.ts';
import { isThemeName } from './theme.ts';

export interface CommandRunner {
  /** Runs a command or navigation; a command reports when it is done. */
  run(id: string, words?: string): void;
  /** Runs what was typed after `:`. */
  runLine(line: string): void;
}

export interface CommandRunnerOptions {
  holder: UiStateHolder;
  context: UiCommandContext;
  viewport(): Viewport;
  /** Connects to the owner of the store again. */
  reconnect(): void;
  redraw(): void;
  /** Called with unexpected errors. */
  fail(thrown: unknown): void;
}

/** Navigation commands that can be typed by name. */
const navigationNames: readonly string[] = [
  ...viewNames,
  ...['help', 'reconnect', 'redraw', 'mark', 'unmark', 'sides', 'wrap', 'zoom', 'all'],
];

export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const { holder, context, viewport, fail } = options;
  let last = { id: '', words: '' };

  function run(id: string, words = ''): void {
    const next = navigate(holder.state(), id, viewport());
    if (next !== null) holder.set(next);
    else if (id === 'reconnect') options.reconnect();
    else if (id === 'redraw') options.redraw();
    else if (id === 'repeat') run(last.id, last.words);
    else runCommand(id, words);
  }

  function runCommand(id: string, words: string): void {
    const command = uiCommands[id];
    if (command === undefined) return;
    if (!['leave', 'interrupt'].includes(id)) last = { id, words };
    holder.set({ message: null });
    void command(context, words).then(
      text => text !== null && holder.set({ message: { text, tone: 'good' } }),
      thrown =>
        TroupeError.is(thrown) ? holder.set({ message: { text: formatError(thrown), tone: 'bad' } }) : fail(thrown),
    );
  }

  return {
    run,
    runLine(line) {
      const { word: name, rest: words } = splitFirstWord(line);
      const id = { q: 'leave', quit: 'leave' }[name] ?? name;
      const isKnown = Object.hasOwn(uiCommands, id) || navigationNames.includes(id);
      if (name === 'theme' && isThemeName(words)) holder.set({ theme: words });
      else if (isKnown) run(id, words);
      else if (name !== '')
        holder.set({ message: { text: `There is no "${name}"; ? shows what there is`, tone: 'bad' } });
    },
  };
}

/** The error, and what to do. */
function formatError({ code, message, hints }: TroupeError): string {
  const [hint] = hints;
  return `${code}: ${message}${hint === undefined ? '' : ` — ${formatHint(hint)}`}`;
}
