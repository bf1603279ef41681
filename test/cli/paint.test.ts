import { describe, expect, test } from 'vitest';
import { isCi, movesCursor, painter, wantsColor } from '../../src/cli/paint.ts';

const tty = { isTTY: true, write: () => undefined };
const pipe = { write: () => undefined };

describe('colour', () => {
  test('[R157] is for terminals, unless somebody says otherwise', () => {
    expect(wantsColor('auto', {}, tty)).toBe(true);
    expect(wantsColor('auto', {}, pipe)).toBe(false);
    expect(wantsColor('auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, tty)).toBe(false);
    expect(wantsColor('auto', { NO_COLOR: '' }, tty)).toBe(true);
    expect(wantsColor('auto', { FORCE_COLOR: '1' }, pipe)).toBe(true);
    expect(wantsColor('auto', { FORCE_COLOR: '0' }, tty)).toBe(false);
    expect(wantsColor('always', { NO_COLOR: '1' }, pipe)).toBe(true);
    expect(wantsColor('never', { FORCE_COLOR: '1' }, tty)).toBe(false);
  });

  test('[R157] nothing is redrawn on a dumb terminal or in CI', () => {
    expect(movesCursor({}, tty)).toBe(true);
    expect(movesCursor({ TERM: 'dumb' }, tty)).toBe(false);
    expect(movesCursor({ CI: 'true' }, tty)).toBe(false);
    expect(movesCursor({ CI: 'false' }, tty)).toBe(true);
    expect(isCi({ CI: '0' })).toBe(false);
    expect(isCi({ CI: '' })).toBe(false);
  });

  test('wraps text in codes, or leaves it alone', () => {
    expect(painter(true).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(painter(true).bold('')).toBe('');
    expect(painter(false).green('x')).toBe('x');
  });
});
