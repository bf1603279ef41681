import { describe, expect, test } from 'vitest';
import { createTailBuffer } from '../../../src/adapters/process/tail.ts';

describe('The tail', () => {
  test('keeps all output that fits', () => {
    const end = createTailBuffer(10);
    end.push(Buffer.from('abc'));
    end.push(Buffer.from('def'));
    expect(end.text()).toBe('abcdef');
    expect(createTailBuffer(10).text()).toBe('');
  });

  test('keeps the end of longer output, whatever the chunks', () => {
    const text = Array.from({ length: 500 }, (_, index) => String(index)).join(' ');
    for (const size of [1, 3, 7, 64, 10_000]) {
      const end = createTailBuffer(20);
      for (let at = 0; at < text.length; at += size) end.push(Buffer.from(text.slice(at, at + size)));
      expect(end.text()).toBe(text.slice(-20));
    }
  });

  test('does not start in the middle of a character', () => {
    const end = createTailBuffer(4);
    end.push(Buffer.from('€€'));
    expect(end.text()).toBe('€');
  });
});
