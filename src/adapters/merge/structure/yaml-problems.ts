import { type Document, isAlias, isScalar, type Node, parseAllDocuments, visit } from '../../../libraries/yaml.ts';
import type { TextRange } from './ranges.ts';
import type { SyntaxProblem } from './syntax-problem.ts';

/** Returns the errors of a full YAML parser for what our own parser does not support. */
export function problemOfYaml(text: string): SyntaxProblem | null {
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  const error = documents.flatMap(({ errors }) => errors).at(0);
  if (error?.code === 'DUPLICATE_KEY') return { problem: 'it has a key twice in one map', places: repeatedPairs(text) };
  if (error !== undefined) return { problem: 'it does not parse as YAML', places: [] };
  return documents.map(document => undefinedAlias(document)).find(found => found !== null) ?? null;
}

/** An alias must follow its anchor. The parser notices only when it resolves the value. */
function undefinedAlias(document: Document): SyntaxProblem | null {
  const anchors = new Set<string>();
  let found: SyntaxProblem | null = null;
  visit(document, (_, node) => {
    if (isAlias(node) && !anchors.has(node.source)) {
      found = { problem: `it has an alias *${node.source} without an anchor`, places: [placeOf(node)] };
      return visit.BREAK;
    }
    if (hasAnchor(node)) anchors.add(node.anchor);
    return undefined;
  });
  return found;
}

function hasAnchor(node: unknown): node is { anchor: string } {
  return typeof node === 'object' && node !== null && 'anchor' in node && typeof node.anchor === 'string';
}

function repeatedPairs(text: string): TextRange[] {
  const places: TextRange[] = [];
  for (const document of parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false })) {
    visit(document, {
      Map(_, { items }) {
        const named = new Map<string, Node[]>();
        for (const { key } of items) {
          if (isScalar(key)) named.set(String(key.value), [...(named.get(String(key.value)) ?? []), key]);
        }
        for (const keys of named.values()) if (keys.length > 1) places.push(...keys.map(placeOf));
      },
    });
  }
  return places;
}

function placeOf({ range }: Node): TextRange {
  const [from, to] = range ?? [0, 0];
  return { from, to };
}
