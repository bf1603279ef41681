import type { ToolCall } from '../../src/model/tool.ts';

/** What an agent's calls and output name of the user's checkouts. */
export interface Mentions {
  /** A line it printed. */
  line(text: string): void;
  call(call: Pick<ToolCall, 'tool' | 'input' | 'result'>): void;
  /** How a file was named, given the first name of its checkout and its path in it; null where it was not. */
  of(root: string, path: string): string | null;
}

/** So much is kept: of an agent that names files without end, the first. */
const most = { places: 20_000, calls: 500, pathChars: 1024, callChars: 65_536 };

/** @param roots folders of checkouts, each under every name it has */
export function mentionsIn(roots: readonly (readonly string[])[]): Mentions {
  /** By the first name of a checkout: what follows it in a text → where that was. */
  const places = new Map(roots.map(([root = '']) => [root, new Map<string, string>()]));
  /** Calls whose input names a checkout itself, which a path relative to it may follow. */
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

/** Whether a path is over where this follows it: the dot that ends a sentence is not of it. */
const endsThere = (rest: string) => !/^(?:[\w/-]|\.\w)/.test(rest);

/** Whether a path is in a text, not as part of another one. */
function isIn(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const isBegun = at > 0 && /[\w./-]/.test(text.slice(at - 1, at)) && !text.slice(0, at).endsWith('./');
    const rest = text.slice(at + path.length).replace(/^\/(?![\w.-])/, '');
    if (!isBegun && endsThere(rest)) return true;
  }
  return false;
}

/** Every text in a value, keys left out. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
