import {
  type Action,
  assertStarted,
  Fault,
  type Plan,
  type PlanRecord,
  type Troupe,
  type UseOptions,
  type Written,
} from '../index.ts';
import type { Facts } from './facts.ts';
import type { PickOption } from './state.ts';

/** What deeds may do beyond this screen. */
export interface Outside {
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
  /** Lets a person change a text in their editor; what it is then. `again` is typed to do it in a shell. @throws {Fault} USAGE */
  rewrite(name: string, text: string, again: string): Promise<string>;
  /** An action in a file, with the files it extends; as it is written where it extends a stored one. @throws {Fault} FILE_NOT_FOUND, INVALID_ACTION */
  action(file: string): Promise<Pick<UseOptions, 'actionDir'> & { action: Action | Written }>;
  /** Serves the inspector's page as long as this window is open; an address that opens it once. */
  inspect(): Promise<string>;
  /** Keeps text in a new file; its path. */
  save(name: string, text: string): Promise<string>;
  /** Lets a person settle a file in conflict; what it is then. @throws {Fault} CONFLICT_LEFT, USAGE */
  settle(path: string, content: Buffer | null): Promise<Buffer>;
}

export interface PickMore {
  facts?: readonly string[];
  /** @default the first */
  at?: number;
}

/** What a deed has at hand. */
export interface Hand {
  troupe: Troupe;
  outside: Outside;
  facts(): Facts;
  /** The item under the cursor of the view in focus; undefined where there is none. */
  item(): unknown;
  /** A yes or no about a consequence. */
  ask(question: string, facts?: readonly string[]): Promise<boolean>;
  /** One line; null when it was not given. */
  say(question: string, text?: string): Promise<string | null>;
  /** One of some; null when none. `at` is the option that enter takes. */
  pick(title: string, options: readonly PickOption[], more?: PickMore): Promise<string | null>;
  /** Selects a plan and shows it. */
  show(planId: string): void;
  leave(): void;
}

/** One thing that can be done, by a key or by its name; `words` are what was typed after the name. What is said after it. */
export type Deed = (hand: Hand, words: string) => Promise<string | null>;

/** The selected plan, as it stands. @throws {Fault} USAGE when there is none */
export async function selected(hand: Hand): Promise<{ plan: Plan; record: PlanRecord }> {
  const { plan: planId } = hand.facts().state;
  if (planId === null) throw new Fault('USAGE', 'No plan is selected', { hints: ['troupe init', 'troupe help run'] });
  const plan = await hand.troupe.plan(planId);
  return { plan, record: await plan.record() };
}

/** Waits until the checks before a phase are over. @throws {Fault} why they refused it */
export async function begun(plan: Plan): Promise<void> {
  assertStarted(await plan.started());
}
