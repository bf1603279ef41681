import { WorkBudget } from '../text/work-budget.ts';
import { type Document, repeatedKey } from './document.ts';
import type { Format } from './format.ts';
import type { SyntaxProblem } from './syntax-problem.ts';
import { problemOfYaml } from './yaml-problems.ts';

/** Limit for reading and merging one file by keys; about 0.3 s. */
export const keysMax = 8_000_000;

/** Steps per byte: of our own parsers with their processing, and of a full YAML parser. */
const readerErrors = 1;
const parserErrors = 30;

/**
 * Parses the texts of one merge, each once per format, and counts the cost. Every method throws {@link
 * WorkBudgetExceeded} when the budget is used up.
 */
export class DocumentReader {
  private readonly work: WorkBudget;
  private readonly texts = new Map<Uint8Array, string | null>();
  private readonly documents = new Map<Format, Map<string, Document | null>>();
  /** For each format the first document: the others are similar. */
  private readonly firsts = new Map<Format, Document>();
  /** For each format the first document without a duplicate key. */
  private readonly models = new Map<Format, Document>();
  private readonly problems = new Map<string, SyntaxProblem | null>();

  constructor(work = new WorkBudget(Number.POSITIVE_INFINITY)) {
    this.work = work.part(keysMax);
  }

  /** Returns a file's text, including a byte order mark; null when it is not UTF-8. */
  textOf(bytes: Uint8Array): string | null {
    const known = this.texts.get(bytes);
    if (known !== undefined) return known;
    this.work.spend(bytes.length * readerErrors);
    const text = decoded(bytes);
    this.texts.set(bytes, text);
    return text;
  }

  /** null when a text does not have the format, or is not certainly understood. */
  read(format: Format, text: string): Document | null {
    const read = this.documents.get(format) ?? new Map<string, Document | null>();
    this.documents.set(format, read);
    const known = read.get(text);
    if (known !== undefined) return known;
    const first = this.firsts.get(format) ?? null;
    const document = format.read(text, first);
    if (first === null && document !== null) this.firsts.set(format, document);
    read.set(text, document);
    return document;
  }

  /** Parses the merged text, whose bytes are not counted yet. */
  readAgain(format: Format, text: string): Document | null {
    this.work.spend(text.length * readerErrors);
    return this.read(format, text);
  }

  /** Returns the first duplicate key in a map of the parsed document. */
  repeatedKey(format: Format, document: Document): string | null {
    const model = this.models.get(format);
    const key = repeatedKey(document.root, model?.root);
    if (key === null && model === undefined) this.models.set(format, document);
    return key;
  }

  /** Returns the error of a full YAML parser, if any. */
  problemOfYaml(text: string): SyntaxProblem | null {
    return this.problemOf(text, problemOfYaml);
  }

  /** Returns the error of a parser, if any; it costs as much as full YAML. */
  problemOf(text: string, judge: (text: string) => SyntaxProblem | null): SyntaxProblem | null {
    const known = this.problems.get(text);
    if (known !== undefined) return known;
    this.work.spend(text.length * parserErrors);
    const problem = judge(text);
    this.problems.set(text, problem);
    return problem;
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
