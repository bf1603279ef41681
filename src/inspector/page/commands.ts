/** Orders a person gives from the page, each with its consequence before it is given. */
import { createButton, createElement, replaceChildren } from './dom.ts';
import type { Session } from './session.ts';

export interface Confirmation {
  title: string;
  /** What will happen, in lines. */
  lines: string[];
  yes: string;
}

/** Shows what an order does and gives it when the person agrees. */
export async function confirmAndSend(session: Session, order: object, asking: Confirmation): Promise<void> {
  if (!(await confirmDialog(asking))) return;
  await sendCommand(session, order);
}

/** What was refused is said; what was done shows itself. */
export async function sendCommand(session: Session, order: object): Promise<void> {
  try {
    await session.connection.execute(order);
    announce('Done');
  } catch (thrown) {
    announce(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function confirmDialog({ title, lines, yes }: Confirmation): Promise<boolean> {
  return new Promise(settle => {
    const dialog = createElement('dialog', { className: 'ask', aria: { label: title } });
    dialog.onclose = () => settle(dialog.returnValue === 'yes');
    dialog.addEventListener('close', () => dialog.remove());
    replaceChildren(
      dialog,
      createElement('h2', {}, title),
      createElement('ul', {}, ...lines.map(line => createElement('li', {}, line))),
      createElement(
        'div',
        { className: 'buttons' },
        createButton('Leave it', () => dialog.close()),
        createButton(yes, () => dialog.close('yes'), { className: 'primary' }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A line at the foot of the page that screen readers speak. */
export function announce(text: string): void {
  const place = document.getElementById('announcement');
  if (place === null) return;
  place.textContent = text;
  place.classList.add('fresh');
  setTimeout(() => place.classList.remove('fresh'), 6_000);
}
