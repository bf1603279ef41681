import { describe, expect, test } from 'vitest';
import { createOutputTail, createTailBuffer } from '../../../src/adapters/process/tail.ts';

describe('The tail', () => {
  test('keeps all output that fits', () => {
    const end = createTailBuffer(10);
    end.push(Buffer.from('abc'));
    end.push(Buffer.from('def'));
    expect(end.bytes().toString()).toBe('abcdef');
    expect(createTailBuffer(10).bytes().toString()).toBe('');
  });

  test('keeps the end of longer output, whatever the chunks', () => {
    const text = Array.from({ length: 500 }, (_, index) => String(index)).join(' ');
    for (const size of [1, 3, 7, 64, 10_000]) {
      const end = createTailBuffer(20);
      for (let at = 0; at < text.length; at += size) end.push(Buffer.from(text.slice(at, at + size)));
      expect(end.bytes().toString()).toBe(text.slice(-20));
    }
  });

  test('does not start in the middle of a character', () => {
    const end = createTailBuffer(4);
    end.push(Buffer.from('€€'));
    expect(end.bytes().toString()).toBe('€');
  });
});

describe('The tail of two streams', () => {
  const printed = (bytesMax: number | undefined, ...chunks: [stream: string, text: string][]) => {
    const end = createOutputTail(bytesMax);
    for (const [stream, text] of chunks) end.push(stream, Buffer.from(text));
    return end.text();
  };

  test('has whole lines of each, however their chunks arrive [R182]', () => {
    const text = printed(
      undefined,
      ['stdout', 'begin\ngh'],
      ['stderr', 'warn'],
      ['stdout', 'p_1234'],
      ['stderr', 'ing\nlast'],
      ['stdout', '56\nend'],
    );
    expect(text).toBe('begin\nwarning\nghp_123456\nend\nlast');
  });

  test('keeps the end of longer output, and of lines that do not end', () => {
    expect(printed(8, ['stdout', 'one\ntwo\n'], ['stderr', 'thr'], ['stderr', 'ee\n'])).toBe('o\nthree\n');
    expect(printed(4, ['stdout', 'abc'], ['stdout', 'defg'], ['stdout', 'hi'])).toBe('fghi');
    expect(printed(4, ['stdout', 'abc'], ['stderr', 'defgh'])).toBe('efgh');
  });
});
