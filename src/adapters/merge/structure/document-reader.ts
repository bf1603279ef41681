import { WorkBudget } from '../text/work-budget.ts';
import { type Document, repeatedKey } from './document.ts';
import type { Format } from './format.ts';
import type { SyntaxProblem } from './syntax-check.ts';
import { problemOfYaml } from './yaml-problems.ts';

/** What all reading and merging by keys of one file may cost; about 0.3 s. */
export const keysMax = 8_000_000;

/** Steps that a byte costs: our readers and what is done with what they found; a parser that knows all of YAML. */
const readerErrors = 1;
const parserErrors = 30;

/**
 * The texts of one merge: each is read once as each format, however often it is asked for, and what that costs is counted.
 * Every method throws {@link WorkSpent} where the budget does not allow it.
 */
export class DocumentReader {
  private readonly work: WorkBudget;
  private readonly texts = new Map<Uint8Array, string | null>();
  private readonly documents = new Map<Format, Map<string, Document | null>>();
  /** Of each format the first document without a key twice: others are much like it. */
  private readonly models = new Map<Format, Document>();
  private readonly problems = new Map<string, SyntaxProblem | null>();

  constructor(work = new WorkBudget(Number.POSITIVE_INFINITY)) {
    this.work = work.part(keysMax);
  }

  /** A file's text, a mark at its beginning included; null where it is not UTF-8. */
  textOf(bytes: Uint8Array): string | null {
    const known = this.texts.get(bytes);
    if (known !== undefined) return known;
    this.work.spend(bytes.length * readerErrors);
    const text = decoded(bytes);
    this.texts.set(bytes, text);
    return text;
  }

  /** null where a text is not of the format, or not certainly understood. */
  read(format: Format, text: string): Document | null {
    const read = this.documents.get(format) ?? new Map<string, Document | null>();
    this.documents.set(format, read);
    const known = read.get(text);
    if (known !== undefined) return known;
    const document = format.read(text);
    read.set(text, document);
    return document;
  }

  /** The merged text, read for the first time: its bytes were not paid for yet. */
  readAgain(format: Format, text: string): Document | null {
    this.work.spend(text.length * readerErrors);
    return this.read(format, text);
  }

  /** The first key that stands twice in one map of a document that was read. */
  repeatedKey(format: Format, document: Document): string | null {
    const model = this.models.get(format);
    const key = repeatedKey(document.root, model?.root);
    if (key === null && model === undefined) this.models.set(format, document);
    return key;
  }

  /** What a parser of all YAML has against a text. */
  problemOfYaml(text: string): SyntaxProblem | null {
    return this.problemOf(text, problemOfYaml);
  }

  /** What a parser has against a text; it costs as much as the one of all YAML. */
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
