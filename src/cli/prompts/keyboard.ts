/**
 * The keys of a terminal while something is drawn on it.
 * - K1 the terminal shows nothing by itself: who asks draws what is typed, and what is typed unasked is dropped.
 * - K2 Ctrl-C reaches this process alone, as a signal: programs it runs are not interrupted before the person has said
 *   what is to happen.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import { sanitizeRow } from '../../presentation/sanitize.ts';
import type { Io } from '../io.ts';

export interface Keyboard {
  /** Takes the keys; they are given back by what is returned. */
  capture(): () => void;
  /** Reads one line, which takes the keys too. Returns how to stop. */
  readLine(input: LineInput): () => void;
}

export interface LineInput {
  /** What is typed so far. */
  changed(text: string): void;
  /** The line, trimmed; null when the input ends instead. */
  done(answer: string | null): void;
}

export function createKeyboard({ stdin, interrupt, suspend }: Pick<Io, 'stdin' | 'interrupt' | 'suspend'>): Keyboard {
  let holders = 0;
  let reader: (LineInput & { text: string }) | null = null;

  const handleKey = (input: string | undefined, key: Key) => {
    if (key.ctrl === true && key.name === 'c') return interrupt();
    if (key.ctrl === true && key.name === 'z') return suspendProcess();
    if (reader === null) return;
    if (key.name === 'return' || key.name === 'enter') return reader.done(reader.text.trim());
    if (key.ctrl === true && key.name === 'd' && reader.text === '') return reader.done(null);
    reader.text = applyKey(reader.text, input ?? '', key);
    reader.changed(reader.text);
  };
  const end = () => reader?.done(null);
  /** The shell has the terminal until this process is brought back. */
  const suspendProcess = () => {
    stdin.setRawMode?.(false);
    suspend(() => {
      if (holders > 0) stdin.setRawMode?.(true);
      reader?.changed(reader.text);
    });
  };

  function take(): () => void {
    holders += 1;
    if (holders === 1) {
      emitKeypressEvents(stdin);
      stdin.setRawMode?.(true);
      stdin.on('keypress', handleKey);
      stdin.on('end', end);
      stdin.resume();
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      holders -= 1;
      if (holders > 0) return;
      stdin.off('keypress', handleKey);
      stdin.off('end', end);
      stdin.pause();
      stdin.setRawMode?.(false);
    };
  }

  return {
    capture: take,
    readLine({ changed, done }) {
      const release = take();
      const stop = () => {
        if (reader === own) reader = null;
        release();
      };
      const own = {
        text: '',
        changed,
        done(answer: string | null) {
          stop();
          done(answer);
        },
      };
      reader = own;
      // An input that ended before says nothing any more.
      if (!stdin.readable) queueMicrotask(() => reader === own && own.done(null));
      return stop;
    },
  };
}

function applyKey(text: string, input: string, { name, ctrl, meta, sequence }: Key): string {
  if (name === 'backspace') return [...text].slice(0, -1).join('');
  if (ctrl === true && name === 'u') return '';
  if (ctrl === true && name === 'w') return text.replace(/\S+\s*$/, '');
  return ctrl === true || meta === true || sequence !== input ? text : text + sanitizeRow(input);
}
