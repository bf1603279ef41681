export type { Document, Node } from 'yaml';
export {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parse,
  parseAllDocuments,
  parseDocument,
  stringify,
  visit,
} from 'yaml';
