import type { PlanEvent } from '../../index.ts';

/** Shows a plan at work. */
export interface Progress {
  see(event: PlanEvent): void;
  /** Takes in what happened before anybody looked, without a word. */
  know(event: PlanEvent): void;
  /** Makes room for a question. */
  pause(): void;
  resume(): void;
  close(): void;
}

export const silent: Progress = { see() {}, know() {}, pause() {}, resume() {}, close() {} };
