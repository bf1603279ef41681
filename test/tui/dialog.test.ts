import { expect, test } from 'vitest';
import { createDialog } from '../../src/tui/dialog.ts';
import type { Mode } from '../../src/tui/state.ts';

function asked() {
  let mode: Mode = { kind: 'normal' };
  const asking = createDialog(next => {
    mode = next;
  });
  const press = (...keys: string[]) => keys.map(key => asking.press(key, key));
  return { ...asking, press, mode: () => mode };
}

test('a question is answered by y, and by any key that means no; other keys are ignored', async () => {
  const it = asked();
  const yes = it.confirm('Sure?', ['a detail']);
  expect(it.mode()).toEqual({ kind: 'asking', question: 'Sure?', details: ['a detail'] });
  expect(it.press('x', 'y')).toEqual([true, true]);
  expect([await yes, it.mode()]).toEqual([true, { kind: 'normal' }]);
  for (const key of ['n', 'escape', 'enter', 'ctrl+c', 'q']) {
    const no = it.confirm('Sure?');
    it.press(key);
    expect(await no).toBe(false);
  }
  expect(it.press('y')).toEqual([false]);
});

test('a line is typed, submitted or cancelled', async () => {
  const it = asked();
  const answer = it.promptText('Goal: ', 'a');
  it.press('b', 'backspace', 'c', 'enter');
  expect(await answer).toBe('ac');
  const dropped = it.promptText('Goal: ');
  it.press('escape');
  expect(await dropped).toBeNull();
});

test('the cursor moves through a choice, never beyond its ends, and each option has its own key', async () => {
  const options = [
    { id: 'one', text: 'One' },
    { id: 'two', text: 'Two', key: 't' },
  ];
  const choose = async (...keys: string[]) => {
    const it = asked();
    const chosen = it.pick('Which?', options);
    it.press(...keys);
    return chosen;
  };
  expect(await choose('up', 'k', 'x', 'enter')).toBe('one');
  expect(await choose('down', 'j', 'j', 'enter')).toBe('two');
  expect(await choose('t')).toBe('two');
  for (const key of ['escape', 'ctrl+c', 'q']) expect(await choose(key)).toBeNull();
  const it = asked();
  const none = it.pick('Which?', []);
  it.press('enter');
  expect(await none).toBeNull();
});

test('questions wait for earlier ones, and all are answered with no when the screen closes', async () => {
  const it = asked();
  const all = [it.confirm('First?'), it.promptText('Second? '), it.pick('Third?', []), it.confirm('Fourth?')];
  expect(it.mode()).toMatchObject({ question: 'First?' });
  it.press('y');
  expect(it.mode()).toMatchObject({ question: 'Second? ' });
  it.close();
  expect(await Promise.all(all)).toEqual([true, null, null, false]);
  expect(it.mode()).toEqual({ kind: 'normal' });
});
