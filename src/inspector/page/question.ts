/** The question of an agent: a button that opens it, and the dialog in which it is answered. */
import type { PlanOverview } from '../state/events.ts';
import { idTail } from '../view/format.ts';
import { sendCommand } from './commands.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import type { PageSession } from './session.ts';

type Asked = PlanOverview['approvals'][number] & { question: { text: string; choices: string[] } };

/** Returns the button that opens a question. */
export function questionButton(session: PageSession, { planId: plan, goal }: PlanOverview, asked: Asked): HTMLElement {
  const { approvalId: approval, question } = asked;
  const answer = async (): Promise<void> => {
    const text = await questionDialog(`“${goal}” (${idTail(plan)}) asks`, question);
    if (text !== null) await sendCommand(session, { do: 'answer', plan, approval, text });
  };
  return createButton(`Answer: ${question.text}`, () => void answer());
}

/** Resolves with the answer; null when it is left open. */
function questionDialog(title: string, { text, choices }: Asked['question']): Promise<string | null> {
  return new Promise(resolve => {
    const dialog = createElement('dialog', { className: 'ask', aria: { label: title } });
    const field = createElement('input', { type: 'text', aria: { label: 'Your answer' } });
    let answer: string | null = null;
    const give = (given: string) => {
      if (given.trim() === '') return;
      answer = given;
      dialog.close();
    };
    field.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') give(field.value);
    });
    dialog.onclose = () => resolve(answer);
    dialog.addEventListener('close', () => dialog.remove());
    replaceChildren(
      dialog,
      createElement('h2', {}, title),
      createElement('p', {}, text),
      createElement(
        'div',
        { className: 'buttons' },
        ...choices.map(choice => createButton(choice, () => give(choice))),
      ),
      field,
      createElement(
        'div',
        { className: 'buttons' },
        createButton('Leave it open', () => dialog.close()),
        createButton('Answer', () => give(field.value), { className: 'primary' }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
