import {
  type Action,
  type ActionSource,
  assertStarted,
  type Plan,
  type PlanRecord,
  type Troupe,
  TroupeError,
  type UseOptions,
} from '../index.ts';
import type { PickOption } from './state.ts';
import type { ViewModel } from './view-model.ts';

/** What commands may do beyond this screen. */
export interface HostServices {
  /** Where the person is: paths they type begin there. */
  folder: string;
  /** Puts text where a person can paste it from. */
  copy(text: string): void;
  /** Rings, and tells the terminal why. */
  notify(text: string): void;
  /** Hands the terminal to the person's editor. Its exit code; null where there is none. */
  edit(file: string): Promise<number | null>;
  /** Hands the terminal to a shell in a folder. */
  shell(folder: string): Promise<number>;
  /** Lets a person change a text in their editor; what it is then. `again` is typed to do it in a shell. @throws {TroupeError} USAGE */
  editText(name: string, text: string, again: string): Promise<string>;
  /** An action in a file, with the files it extends; as it is written where it extends a stored one. @throws {TroupeError} FILE_NOT_FOUND, INVALID_ACTION */
  loadAction(file: string): Promise<Pick<UseOptions, 'actionDir'> & { action: Action | ActionSource }>;
  /** Serves the inspector's page as long as this window is open; an address that opens it once. */
  inspect(): Promise<string>;
  /** Keeps text in a new file; its path. */
  save(name: string, text: string): Promise<string>;
  /** Lets a person settle a file in conflict; what it is then. @throws {TroupeError} CONFLICT_LEFT, USAGE */
  editConflict(path: string, content: Buffer | null): Promise<Buffer>;
}

export interface PickExtras {
  facts?: readonly string[];
  /** @default the first */
  at?: number;
}

/** What a command can use. */
export interface UiCommandContext {
  troupe: Troupe;
  services: HostServices;
  viewModel(): ViewModel;
  /** The item under the cursor of the view in focus; undefined where there is none. */
  selectedItem(): unknown;
  /** A yes or no about a consequence. */
  confirm(question: string, facts?: readonly string[]): Promise<boolean>;
  /** One line; null when it was not given. */
  promptText(question: string, text?: string): Promise<string | null>;
  /** One of some; null when none. `at` is the option that enter takes. */
  pick(title: string, options: readonly PickOption[], more?: PickExtras): Promise<string | null>;
  /** Selects a plan and shows it. */
  show(planId: string): void;
  leave(): void;
}

/** One thing that can be done, by a key or by its name; `words` are what was typed after the name. What is said after it. */
export type UiCommand = (context: UiCommandContext, words: string) => Promise<string | null>;

/** The selected plan, as it stands. @throws {TroupeError} USAGE when there is none */
export async function selectedPlan(context: UiCommandContext): Promise<{ plan: Plan; record: PlanRecord }> {
  const { plan: planId } = context.viewModel().state;
  if (planId === null)
    throw new TroupeError('USAGE', 'No plan is selected', { hints: ['troupe init', 'troupe help run'] });
  const plan = await context.troupe.plan(planId);
  return { plan, record: await plan.record() };
}

/** Waits until the checks before a phase are over. @throws {TroupeError} why they refused it */
export async function waitUntilStarted(plan: Plan): Promise<void> {
  assertStarted(await plan.waitForPreflight());
}
