/** Orders a person gives from the page, each with its consequence before it is given. */
import { button, fill, h } from './element.ts';
import type { Session } from './session.ts';

export interface Asking {
  title: string;
  /** What will happen, in lines. */
  lines: string[];
  yes: string;
}

/** Shows what an order does and gives it when the person agrees. */
export async function orderAfterAsking(session: Session, order: object, asking: Asking): Promise<void> {
  if (!(await agreed(asking))) return;
  await give(session, order);
}

/** What was refused is said; what was done shows itself. */
export async function give(session: Session, order: object): Promise<void> {
  try {
    await session.link.order(order);
    tell('Done');
  } catch (thrown) {
    tell(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function agreed({ title, lines, yes }: Asking): Promise<boolean> {
  return new Promise(settle => {
    const dialog = h('dialog', { className: 'ask', aria: { label: title } });
    dialog.onclose = () => settle(dialog.returnValue === 'yes');
    dialog.addEventListener('close', () => dialog.remove());
    fill(
      dialog,
      h('h2', {}, title),
      h('ul', {}, ...lines.map(line => h('li', {}, line))),
      h(
        'div',
        { className: 'buttons' },
        button('Leave it', () => dialog.close()),
        button(yes, () => dialog.close('yes'), { className: 'primary' }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A line at the foot of the page that screen readers speak. */
export function tell(text: string): void {
  const place = document.getElementById('told');
  if (place === null) return;
  place.textContent = text;
  place.classList.add('fresh');
  setTimeout(() => place.classList.remove('fresh'), 6_000);
}
