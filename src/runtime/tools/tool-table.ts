import { closest, suggestionText } from '../../model/closest.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { nameKey } from '../../model/name-key.ts';
import type { Tool } from '../../ports/tool.ts';

/** Tools by name and alias. */
export interface ToolTable {
  /** @throws {TroupeError} UNKNOWN_TOOL, with a similar known name */
  find(name: string): Tool;
  /** Returns whether one of the names, canonical or alias, belongs to this tool. */
  isNamed(tool: Tool, names: readonly string[]): boolean;
}

const toolKeys: ReadonlySet<string> = new Set<keyof Tool>([
  'name',
  'aliases',
  'description',
  'input',
  'output',
  'sideEffects',
  'invalid',
  'run',
]);

/** @throws {TroupeError} UNKNOWN_KEY for a tool with an unknown key; {TypeError} when two tools share a name */
export function createToolTable(tools: readonly Tool[]): ToolTable {
  const byKey = new Map<string, Tool>();
  for (const tool of tools) {
    assertKnownKeys(tool);
    for (const name of [tool.name, ...(tool.aliases ?? [])]) {
      const key = nameKey(name);
      const other = byKey.get(key);
      if (other !== undefined && other !== tool) {
        throw new TypeError(`Two tools are called ${name}: ${other.name} and ${tool.name}`);
      }
      byKey.set(key, tool);
    }
  }
  return {
    find(name) {
      const tool = byKey.get(nameKey(name));
      if (tool === undefined) throw unknownToolError(name, tools);
      return tool;
    },
    isNamed(tool, names) {
      // A tool of an agent's own is not in the table.
      const own = new Set([tool.name, ...(tool.aliases ?? [])].map(nameKey));
      return names.some(name => own.has(nameKey(name)));
    },
  };
}

function assertKnownKeys(tool: Tool): void {
  for (const key of Object.keys(tool)) {
    if (toolKeys.has(key)) continue;
    const suggestion = closest(key, toolKeys);
    throw new TroupeError(
      'UNKNOWN_KEY',
      `The tool ${tool.name} has an unknown key "${key}"; ${suggestionText(suggestion, toolKeys, 'known:')}`,
      { where: `${tool.name}.${key}` },
    );
  }
}

function unknownToolError(name: string, tools: readonly Tool[]): TroupeError {
  const suggestion = closest(
    name,
    tools.flatMap(tool => [tool.name, ...(tool.aliases ?? [])]),
  );
  const known = tools.map(tool => tool.name);
  return new TroupeError('UNKNOWN_TOOL', `There is no tool ${name}; ${suggestionText(suggestion, known, 'known:')}`, {
    where: name,
    details: { known },
    hints: [commandHint('plan logs')],
  });
}
