import type { LogLine, PlanEvent } from '../../index.ts';
import type { ShowQuestion } from '../prompts/question-queue.ts';

/** Shows a working plan. */
export interface Progress {
  showEvent(event: PlanEvent): void;
  /** Shows what an agent is doing, by a line of its log. */
  showLogLine(line: LogLine): void;
  /** Applies a past event without output. */
  skipEvent(event: PlanEvent): void;
  /** Hides typed characters, and keeps Ctrl-C from running programs, until the returned function is called. */
  captureKeys(): () => void;
  /** Shows a question last on the screen, whatever happens meanwhile, and reads the answer. */
  ask: ShowQuestion;
  /** Runs `write`, whose output stays on the screen. */
  writeAbove(write: () => void): void;
  close(): void;
}
