/**
 * Reads keys of a terminal while something is drawn on it.
 * - K1 the terminal does not echo: the caller draws typed text; keys typed without a question are dropped;
 * - K2 Ctrl-C reaches only this process, as a signal: its programs are not interrupted before the user has chosen
 *   what to do.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import { sanitizeRow } from '../../presentation/sanitize.ts';
import type { Io } from '../io.ts';

export interface Keyboard {
  /** Captures the keys until the returned function is called. */
  capture(): () => void;
  /** Reads one line, which also captures the keys. Returns how to stop. */
  readLine(input: LineInput): () => void;
}

export interface LineInput {
  /** Called with the text typed so far. */
  changed(text: string): void;
  /** Called with the trimmed line; null when the input ends. */
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
  /** The shell has the terminal until this process continues. */
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
      // An input that has already ended emits no further events.
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
