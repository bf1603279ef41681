/** Reads rows of LevelDB by their keys. Those of one turn are one read, because each costs the work of a thread. */
import type { Level } from 'level';

interface Asked {
  keys: string[];
  texts: Promise<(string | undefined)[]>;
}

export class LevelReads {
  readonly #db: Level<string, string>;
  #asked: Asked | undefined;

  constructor(db: Level<string, string>) {
    this.#db = db;
  }

  async get(key: string): Promise<string | undefined> {
    this.#asked ??= this.#ask();
    const { keys, texts } = this.#asked;
    const at = keys.push(key) - 1;
    return (await texts)[at];
  }

  #ask(): Asked {
    const keys: string[] = [];
    const read = async () => {
      this.#asked = undefined;
      const [only = ''] = keys;
      return keys.length === 1 ? [await this.#db.get(only)] : this.#db.getMany(keys);
    };
    return { keys, texts: new Promise<void>(resolve => process.nextTick(resolve)).then(read) };
  }
}

/** Returns the first key after all that start with `prefix`. */
export function endOf(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix === '' ? '\u{10ffff}' : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}
