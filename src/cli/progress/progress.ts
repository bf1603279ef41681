import type { PlanEvent } from '../../index.ts';
import type { Show } from '../questions.ts';

/** Shows a plan at work. */
export interface Progress {
  see(event: PlanEvent): void;
  /** Takes in what happened before anybody looked, without a word. */
  know(event: PlanEvent): void;
  /** Keeps what is typed from the screen, and Ctrl-C from the programs that are at work, until what is returned is called. */
  takeKeys(): () => void;
  /** Shows a question as the last thing there is, whatever happens meanwhile, and reads the answer. */
  ask: Show;
  /** Lets something be written that is there to stay. */
  above(write: () => void): void;
  close(): void;
}
