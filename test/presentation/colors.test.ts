import { describe, expect, test } from 'vitest';
import { canRedraw, createColors, isCi, shouldUseColor } from '../../src/presentation/colors.ts';

const tty = { isTTY: true, write: () => undefined };
const pipe = { isTTY: false };

describe('color', () => {
  test('[R157] is used on terminals by default', () => {
    expect(shouldUseColor('auto', {}, tty)).toBe(true);
    expect(shouldUseColor('auto', {}, pipe)).toBe(false);
    expect(shouldUseColor('auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, tty)).toBe(false);
    expect(shouldUseColor('auto', { NO_COLOR: '' }, tty)).toBe(true);
    expect(shouldUseColor('auto', { FORCE_COLOR: '1' }, pipe)).toBe(true);
    expect(shouldUseColor('auto', { FORCE_COLOR: '0' }, tty)).toBe(false);
    expect(shouldUseColor('always', { NO_COLOR: '1' }, pipe)).toBe(true);
    expect(shouldUseColor('never', { FORCE_COLOR: '1' }, tty)).toBe(false);
  });

  test('[R157] is off, and nothing is redrawn, on a dumb terminal or in CI', () => {
    expect(canRedraw({}, tty)).toBe(true);
    expect(canRedraw({ TERM: 'dumb' }, tty)).toBe(false);
    expect(canRedraw({ CI: 'true' }, tty)).toBe(false);
    expect(canRedraw({ CI: 'false' }, tty)).toBe(true);
    expect(isCi({ CI: '0' })).toBe(false);
    expect(isCi({ CI: '' })).toBe(false);
  });

  test('wraps text in codes, or leaves it unchanged', () => {
    expect(createColors(true).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(createColors(true).bold('')).toBe('');
    expect(createColors(false).green('x')).toBe('x');
  });
});
