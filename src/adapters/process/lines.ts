import { StringDecoder } from 'node:string_decoder';
import { truncateEnd } from '../../model/truncate.ts';

/** Longest line that is passed on completely; a longer one is truncated, with a note of how much is missing. */
export const lineCharactersMax = 256 * 1024;

export interface LineReader {
  write(chunk: Buffer): void;
  /** Passes on the rest without a line end. */
  end(): void;
}

/** Splits bytes into lines while holding at most one bounded line in memory. `\r\n` ends a line like `\n`. */
export function createLineReader(onLine: (line: string) => void, max = lineCharactersMax): LineReader {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let dropped = 0;

  const hold = (text: string) => {
    const room = max - held.length;
    if (text.length <= room) {
      held += text;
      return;
    }
    held += text.slice(0, room);
    dropped += text.length - room;
  };
  const release = () => {
    const line = held.endsWith('\r') ? held.slice(0, -1) : held;
    const whole = dropped === 0 ? line : truncateEnd(`${line}…`, line.length);
    onLine(dropped === 0 ? line : `${whole} … (${dropped + line.length - whole.length} characters more)`);
    held = '';
    dropped = 0;
  };
  const take = (text: string) => {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      hold(text.slice(start, end));
      release();
      start = end + 1;
    }
    hold(text.slice(start));
  };

  return {
    write: chunk => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (held !== '' || dropped > 0) release();
    },
  };
}
