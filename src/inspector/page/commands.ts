/** Commands from the page, each confirmed after its consequences are shown. */
import { createButton, createElement, replaceChildren } from './dom.ts';
import type { PageSession } from './session.ts';

export interface Confirmation {
  title: string;
  /** The consequences, as lines. */
  lines: string[];
  yes: string;
}

/** Shows what a command does and sends it after confirmation. */
export async function confirmAndSend(session: PageSession, order: object, asking: Confirmation): Promise<void> {
  if (!(await confirmDialog(asking))) return;
  await sendCommand(session, order);
}

/** Shows an error; a success is visible on the page. */
export async function sendCommand(session: PageSession, order: object): Promise<void> {
  try {
    await session.connection.execute(order);
    announce('Done');
  } catch (thrown) {
    announce(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function confirmDialog({ title, lines, yes }: Confirmation): Promise<boolean> {
  return new Promise(resolve => {
    const dialog = createElement('dialog', { className: 'ask', aria: { label: title } });
    dialog.onclose = () => resolve(dialog.returnValue === 'yes');
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

/** A line at the foot of the page that screen readers announce. */
export function announce(text: string): void {
  const place = document.getElementById('announcement');
  if (place === null) return;
  place.textContent = text;
  place.classList.add('fresh');
  setTimeout(() => place.classList.remove('fresh'), 6_000);
}
