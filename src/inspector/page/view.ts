import type { Session } from './session.ts';

/** One of the page's views. Only the one in sight is updated. */
export interface View {
  name: string;
  /** What it shows is about plans; left out where there are none. */
  plans: boolean;
  element: HTMLElement;
  update(): void;
  /** Beside its name: how many there are to see to. */
  count?(): number;
}

export type CreateView = (session: Session, go: (name: string) => void) => View;
