import { describe, expect, test } from 'vitest';
import { uiCommands } from '../../src/tui/commands/index.ts';
import { commandForKey, type KeyPress, keyBindings, keyName, resolveKeymap, viewNames } from '../../src/tui/keys.ts';
import { handleInputKey } from '../../src/tui/line-input.ts';
import { navigate } from '../../src/tui/navigation.ts';
import { createInitialState } from '../../src/tui/state.ts';

const none: KeyPress = {
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
  test('have one meaning in every view, and each has a command', () => {
    expect(() => resolveKeymap()).not.toThrow();
    const pane = { title: '', items: [], id: () => '', row: () => [], empty: '' };
    for (const { id } of keyBindings) {
      const looksAround =
        navigate(createInitialState({ theme: 'plain', columns: 80, rows: 24 }), id, {
          pane,
          height: 5,
          result: null,
        }) !== null;
      expect([id, looksAround || id in uiCommands || ['repeat', 'redraw', 'reconnect'].includes(id)]).toEqual([
        id,
        true,
      ]);
    }
  });

  test('can be remapped, but not to two commands in one view', () => {
    const map = resolveKeymap({ pause: 'P', down: ['j', 'ctrl+n'] });
    expect([commandForKey(map, 'plans', 'P'), commandForKey(map, 'plans', 'p')]).toEqual(['pause', null]);
    expect([commandForKey(map, 'diff', 'ctrl+n'), commandForKey(map, 'diff', 'down')]).toEqual(['down', null]);
    expect(() => resolveKeymap({ pause: 'a' }, 'own.json')).toThrow(
      /The key a means both "approve" and "pause" in plans/,
    );
    expect(() => resolveKeymap({ nonsense: 'a' }, 'own.json')).toThrow(/There is no key for "nonsense"/);
    // Two views that are never in focus at once may share one.
    expect(commandForKey(resolveKeymap({ rollback: 'o' }), 'checkpoints', 'o')).toBe('rollback');
  });

  test('work only in their views', () => {
    expect([commandForKey(keyBindings, 'conflicts', 'o'), commandForKey(keyBindings, 'plans', 'o')]).toEqual([
      'ours',
      null,
    ]);
    for (const [index, view] of viewNames.entries())
      expect(commandForKey(keyBindings, 'plans', String((index + 1) % 10))).toBe(view);
  });

  test('have names', () => {
    expect(keyName('', { ...none, downArrow: true })).toBe('down');
    expect(keyName('d', { ...none, ctrl: true })).toBe('ctrl+d');
    expect(keyName(' ', none)).toBe('space');
    expect(keyName('G', none)).toBe('G');
    expect(keyName('', { ...none, delete: true })).toBe('backspace');
  });
});

describe('a line being typed', () => {
  const mode = { kind: 'typing', for: 'answer', question: '? ', text: 'two words' } as const;
  const text = (key: string, input = '') => {
    const next = handleInputKey(mode, key, input);
    return next !== null && 'text' in next ? next.text : next;
  };

  test('grows, shrinks, is submitted or cancelled', () => {
    expect(text('x', 'x')).toBe('two wordsx');
    expect(text('backspace')).toBe('two word');
    expect(text('ctrl+w')).toBe('two ');
    expect(text('ctrl+u')).toBe('');
    expect(text('ctrl+k', 'k')).toBe('two words');
    expect(text('enter')).toEqual({ done: 'two words' });
    expect([text('escape'), text('ctrl+c')]).toEqual([null, null]);
  });

  test('accepts pasted text, and ends with its first line', () => {
    expect(text('and more\u0007', ' and more\u0007')).toBe('two words and more');
    expect(text('', ', one\nother')).toEqual({ done: 'two words, one' });
  });
});
