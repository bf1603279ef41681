/** What the server says to its pages, and what lies in a report. */
import type { InspectorEvent } from './events.ts';

export interface Welcome {
  type: 'welcome';
  /** Of one run of the server; what was heard of another does not count. */
  epoch: string;
  version: string;
  /** What is looked at, in a few words. */
  title: string;
  /** Whether orders are taken. */
  control: boolean;
  /** Whether there are plans, or only actors. */
  plans: boolean;
}

export type ServerMessage =
  | Welcome
  /** `seq` is that of the last item. */
  | { type: 'items'; seq: number; items: InspectorEvent[] }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'error'; id: number; error: { message: string; hints: string[] } }
  /** What is looked at cannot be reached at present; null: it can again. */
  | { type: 'trouble'; message: string | null };

/** All of an inspection in one file. */
export interface InspectionReport {
  title: string;
  plans: boolean;
  version: string;
  /** When it was made, in milliseconds since the epoch. */
  at: number;
  items: InspectorEvent[];
  /** What the page may ask, by the question as JSON. */
  answers: Record<string, unknown>;
}
