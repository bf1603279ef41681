import {
  type Action,
  type ActionSource,
  assertStarted,
  type CommandHint,
  commandHint,
  type Plan,
  type PlanRecord,
  type Troupe,
  TroupeError,
  type UseOptions,
} from '../index.ts';
import type { PickOption } from './state.ts';
import type { ViewModel } from './view-model.ts';

/** What commands may do outside of this screen. */
export interface HostServices {
  /** The current directory: relative paths start here. */
  folder: string;
  /** Copies text to the clipboard. */
  copy(text: string): void;
  /** Rings the bell and notifies the terminal. */
  notify(text: string): void;
  /** Opens a file in the user's editor. Returns its exit code; null when there is no editor. */
  edit(file: string): Promise<number | null>;
  /** Opens a shell in a folder. */
  shell(folder: string): Promise<number>;
  /**
   * Opens a text in the user's editor and returns the new text. `again` is the command that does the same in a shell.
   * @throws {TroupeError} USAGE
   */
  editText(name: string, text: string, again: CommandHint): Promise<string>;
  /**
   * Loads an action file with the files it extends; unresolved when it extends a stored action.
   * @throws {TroupeError} FILE_NOT_FOUND, INVALID_ACTION
   */
  loadAction(file: string): Promise<Pick<UseOptions, 'actionDir'> & { action: Action | ActionSource }>;
  /** Serves the inspector's page while the UI is open; returns an address that opens it once. */
  inspect(): Promise<string>;
  /** Saves text to a new file; returns its path. */
  save(name: string, text: string): Promise<string>;
  /** Opens a file in conflict in an editor and returns the new content. @throws {TroupeError} CONFLICT_LEFT, USAGE */
  editConflict(path: string, content: Buffer | null): Promise<Buffer>;
}

export interface PickExtras {
  details?: readonly string[];
  /** @default the first */
  at?: number;
}

/** What a command can use. */
export interface UiCommandContext {
  troupe: Troupe;
  services: HostServices;
  viewModel(): ViewModel;
  /** The item under the cursor of the focused view; undefined when there is none. */
  selectedItem(): unknown;
  /** Asks a yes/no question about the consequences. */
  confirm(question: string, details?: readonly string[]): Promise<boolean>;
  /** Asks for one line; null when cancelled. */
  promptText(question: string, text?: string): Promise<string | null>;
  /** Asks to choose an option; null when cancelled. `at` is the default for enter. */
  pick(title: string, options: readonly PickOption[], more?: PickExtras): Promise<string | null>;
  /** Selects a plan and shows it. */
  show(planId: string): void;
  leave(): void;
}

/** A command, run by a key or by its name; `words` are the arguments after the name. Returns the message to show. */
export type UiCommand = (context: UiCommandContext, words: string) => Promise<string | null>;

/** Returns the selected plan with its current record. @throws {TroupeError} USAGE when none is selected */
export async function selectedPlan(context: UiCommandContext): Promise<{ plan: Plan; record: PlanRecord }> {
  const { plan: planId } = context.viewModel().state;
  if (planId === null)
    throw new TroupeError('USAGE', 'No plan is selected', { hints: [commandHint('init'), commandHint('help run')] });
  const plan = await context.troupe.get(planId);
  return { plan, record: await plan.record() };
}

/** Waits until the checks before a phase are done. @throws {TroupeError} why the phase was rejected */
export async function waitUntilStarted(plan: Plan): Promise<void> {
  assertStarted(await plan.waitForPreflight());
}
