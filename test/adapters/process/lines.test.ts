import { describe, expect, test } from 'vitest';
import { createLineReader } from '../../../src/adapters/process/lines.ts';

function read(chunks: (string | Buffer)[], max?: number): string[] {
  const lines: string[] = [];
  const reader = createLineReader(line => lines.push(line), max);
  for (const chunk of chunks) reader.write(Buffer.from(chunk));
  reader.end();
  return lines;
}

describe('The line reader', () => {
  test('joins lines from chunks', () => {
    expect(read(['on', 'e\ntwo\nth', 'ree'])).toEqual(['one', 'two', 'three']);
  });

  test('reads \\r\\n as \\n, keeps empty lines, and adds none at the end', () => {
    expect(read(['a\r\n\r\nb\n'])).toEqual(['a', '', 'b']);
  });

  test('keeps a character intact that is split over two chunks', () => {
    const bytes = Buffer.from('é\n');
    expect(read([bytes.subarray(0, 1), bytes.subarray(1)])).toEqual(['é']);
    expect(read([bytes.subarray(0, 1)])).toEqual(['\ufffd']);
  });

  test('keeps only the start of a line that is too long', () => {
    expect(read(['abcdef', 'ghi\nxyz'], 4)).toEqual(['abcd … (5 characters more)', 'xyz']);
    expect(read(['abcdef'], 4)).toEqual(['abcd … (2 characters more)']);
  });
});
