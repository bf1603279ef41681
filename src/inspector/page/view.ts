import type { PageSession } from './session.ts';

/** A view of the page. Only the visible one is updated. */
export interface View {
  name: string;
  /** It shows plans; hidden when there are none. */
  plans: boolean;
  element: HTMLElement;
  update(): void;
  /** A number next to its name: items that need attention. */
  count?(): number;
}

export type CreateView = (session: PageSession, go: (name: string) => void) => View;
