import type { ToolCall } from '../../src/model/tool.ts';

/** What an agent's calls and output mention of your checkouts. */
export interface Mentions {
  /** Adds a line of its output. */
  line(text: string): void;
  call(call: Pick<ToolCall, 'tool' | 'input' | 'result'>): void;
  /** Returns how a file was mentioned, by the first path of its checkout and its path in it; null when it was not. */
  of(root: string, path: string): string | null;
}

/** Limits: of an agent that mentions very many files, the first are kept. */
const most = { places: 20_000, calls: 500, pathChars: 1024, callChars: 65_536 };

/**
 * Collects mentions of checkouts.
 * @param roots folders of checkouts, each with every path it has
 */
export function mentionsIn(roots: readonly (readonly string[])[]): Mentions {
  /** By the first path of a checkout: the text that follows it → where that was. */
  const places = new Map(roots.map(([root = '']) => [root, new Map<string, string>()]));
  /** Calls whose input mentions a checkout itself; a relative path may follow. */
  const calls: { root: string; tool: string; text: string }[] = [];

  const note = (text: string, where: string) => {
    for (const names of roots) {
      const found = places.get(names[0] ?? '');
      for (const name of names) {
        for (let at = text.indexOf(`${name}/`); at >= 0; at = text.indexOf(`${name}/`, at + 1)) {
          const from = at + name.length + 1;
          const [rest = ''] = text.slice(from, from + most.pathChars).split('\n', 1);
          if (found !== undefined && found.size < most.places && !found.has(rest)) found.set(rest, where);
        }
      }
    }
  };
  return {
    line: text => note(text, 'its output names it'),
    call({ tool, input, result }) {
      const given = stringsIn(input);
      for (const text of given) note(text, `a call of ${tool} names it`);
      for (const text of stringsIn(result)) note(text, `what ${tool} answered names it`);
      const whole = given.join('\n').slice(0, most.callChars);
      for (const names of roots) {
        const isNamed = names.some(name => isIn(whole, name));
        if (isNamed && calls.length < most.calls) calls.push({ root: names[0] ?? '', tool, text: whole });
      }
    },
    of(root, path) {
      for (const [rest, where] of places.get(root) ?? []) {
        if (rest.startsWith(path) && endsThere(rest.slice(path.length))) return where;
      }
      const call = calls.find(each => each.root === root && isIn(each.text, path));
      return call === undefined ? null : `a call of ${call.tool} names it`;
    },
  };
}

/** Whether a path ends before this text: a period that ends a sentence does not belong to it. */
const endsThere = (rest: string) => !/^(?:[\w/-]|\.\w)/.test(rest);

/** Returns whether a text contains a path, not as part of another one. */
function isIn(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const isInWord = at > 0 && /[\w./-]/.test(text.slice(at - 1, at)) && !text.slice(0, at).endsWith('./');
    const rest = text.slice(at + path.length).replace(/^\/(?![\w.-])/, '');
    if (!isInWord && endsThere(rest)) return true;
  }
  return false;
}

/** Returns every string in a value, without keys. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
