import { describe, expect, test } from 'vitest';
import { deeds } from '../../src/tui/deeds/deeds.ts';
import { bindings, deedOf, keymap, keyName, type Pressed, viewNames } from '../../src/tui/keys.ts';
import { moved } from '../../src/tui/moves.ts';
import { firstState } from '../../src/tui/state.ts';
import { typed } from '../../src/tui/typing.ts';

const none: Pressed = {
  ...{ upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false },
  ...{
    home: false,
    end: false,
    return: false,
    escape: false,
    ctrl: false,
    tab: false,
    backspace: false,
    delete: false,
  },
};

describe('keys', () => {
  test('mean one thing in every view, and each does something', () => {
    expect(() => keymap()).not.toThrow();
    const pane = { title: '', items: [], id: () => '', row: () => [], empty: '' };
    for (const { id } of bindings) {
      const looksAround =
        moved(firstState({ theme: 'plain', columns: 80, rows: 24 }), id, { pane, height: 5, result: null }) !== null;
      expect([id, looksAround || id in deeds || ['repeat', 'redraw', 'reconnect'].includes(id)]).toEqual([id, true]);
    }
  });

  test('can be given other meanings, but not two in one view', () => {
    const map = keymap({ pause: 'P', down: ['j', 'ctrl+n'] });
    expect([deedOf(map, 'plans', 'P'), deedOf(map, 'plans', 'p')]).toEqual(['pause', null]);
    expect([deedOf(map, 'diff', 'ctrl+n'), deedOf(map, 'diff', 'down')]).toEqual(['down', null]);
    expect(() => keymap({ pause: 'a' }, 'own.json')).toThrow(/The key a means both "approve" and "pause" in plans/);
    expect(() => keymap({ nonsense: 'a' }, 'own.json')).toThrow(/There is no key for "nonsense"/);
    // Two views that are never in focus at once may share one.
    expect(deedOf(keymap({ rollback: 'o' }), 'checkpoints', 'o')).toBe('rollback');
  });

  test('work only where they mean something', () => {
    expect([deedOf(bindings, 'conflicts', 'o'), deedOf(bindings, 'plans', 'o')]).toEqual(['ours', null]);
    for (const [index, view] of viewNames.entries()) expect(deedOf(bindings, 'plans', String(index + 1))).toBe(view);
  });

  test('have names', () => {
    expect(keyName('', { ...none, downArrow: true })).toBe('down');
    expect(keyName('d', { ...none, ctrl: true })).toBe('ctrl+d');
    expect(keyName(' ', none)).toBe('space');
    expect(keyName('G', none)).toBe('G');
    expect(keyName('', { ...none, delete: true })).toBe('backspace');
  });
});

describe('a line that is typed', () => {
  const mode = { kind: 'typing', for: 'answer', question: '? ', text: 'two words' } as const;
  const text = (key: string, input = '') => {
    const next = typed(mode, key, input);
    return next !== null && 'text' in next ? next.text : next;
  };

  test('grows, shrinks, is said or dropped', () => {
    expect(text('x', 'x')).toBe('two wordsx');
    expect(text('backspace')).toBe('two word');
    expect(text('ctrl+w')).toBe('two ');
    expect(text('ctrl+u')).toBe('');
    expect(text('ctrl+k', 'k')).toBe('two words');
    expect(text('enter')).toEqual({ done: 'two words' });
    expect([text('escape'), text('ctrl+c')]).toEqual([null, null]);
  });

  test('takes what is pasted, and ends with its first line', () => {
    expect(text('and more\u0007', ' and more\u0007')).toBe('two words and more');
    expect(text('', ', one\nother')).toEqual({ done: 'two words, one' });
  });
});
