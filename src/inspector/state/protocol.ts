/** Messages of the server to its pages, and the content of a report. */
import type { InspectorEvent } from './events.ts';

export interface Welcome {
  type: 'welcome';
  /** Identifies one run of the server; data of another run does not count. */
  epoch: string;
  version: string;
  /** The heading of the page. */
  title: string;
  /** Whether commands are accepted. */
  control: boolean;
  /** Whether there are plans, or only actors. */
  plans: boolean;
}

export type ServerMessage =
  | Welcome
  /** `seq` is that of the last event. */
  | { type: 'items'; seq: number; items: InspectorEvent[] }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'error'; id: number; error: { message: string; hints: string[] } }
  /** The source cannot be reached at present; null: it can again. */
  | { type: 'trouble'; message: string | null };

/** A whole inspection in one file. */
export interface InspectionReport {
  title: string;
  plans: boolean;
  version: string;
  /** When it was created, in milliseconds since the epoch. */
  at: number;
  items: InspectorEvent[];
  /** Answers to the page's queries, by the query as JSON. */
  answers: Record<string, unknown>;
}
