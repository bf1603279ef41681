import type { PlanEvent } from '../../index.ts';
import type { ShowQuestion } from '../prompts/question-queue.ts';

/** Shows a plan at work. */
export interface Progress {
  showEvent(event: PlanEvent): void;
  /** Takes in what happened before anybody looked, without a word. */
  skipEvent(event: PlanEvent): void;
  /** Keeps what is typed from the screen, and Ctrl-C from the programs that are at work, until what is returned is called. */
  captureKeys(): () => void;
  /** Shows a question as the last thing there is, whatever happens meanwhile, and reads the answer. */
  ask: ShowQuestion;
  /** Lets something be written that is there to stay. */
  writeAbove(write: () => void): void;
  close(): void;
}
