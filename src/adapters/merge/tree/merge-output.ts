import type { Parse } from '../../project/git/git-batch-process.ts';

/**
 * A path as git stores it, with bytes as latin1 characters, because file names need not be UTF-8. `readable` returns
 * the form for people.
 */
export type BytePath = string;

export function readable(path: BytePath): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** One entry of a path in conflict: stage 1 is the base, 2 ours, 3 theirs. */
export interface IndexStage {
  mode: string;
  oid: string;
  stage: 1 | 2 | 3;
  path: BytePath;
}

/** A message of git about paths: `type` is stable, `text` is for people. */
export interface MergeMessage {
  paths: BytePath[];
  type: string;
  text: string;
}

/** One answer of `git merge-tree --write-tree -z --messages --stdin`. */
export interface MergeTreeOutput {
  clean: boolean;
  tree: string;
  stages: IndexStage[];
  messages: MergeMessage[];
}

/**
 * Parses the answer to two requests: the merge, and a merge of a commit with itself.
 *
 * git flushes an answer except its closing NUL, which stays in its buffer until the next answer. The answer alone
 * does not show that no further message follows. The second request flushes that NUL; its own closing NUL comes
 * before the next answer, hence `leading`.
 */
export function mergeAnswer(leading: boolean): Parse<MergeTreeOutput> {
  return bytes => {
    const fields = new Fields(bytes);
    try {
      if (leading) fields.expect('');
      const status = fields.next();
      if (!(status in isClean)) throw new Error(`git merge-tree gave the status ${JSON.stringify(status)}`);
      const output = readOutput(fields, isClean[status as keyof typeof isClean]);
      fields.expect('1');
      fields.next();
      fields.expect('');
      return { value: output, used: fields.used };
    } catch (error) {
      if (error instanceof Incomplete) return { needs: bytes.length + 1 };
      throw error;
    }
  };
}

const isClean = { '0': false, '1': true };

/** Reads what one `git merge-tree --write-tree -z --messages` printed. @param exitCode 0 or 1 */
export function parseMergeOutput(printed: Buffer, exitCode: number): MergeTreeOutput {
  // The messages end with the output, where `--stdin` has a NUL.
  return readOutput(new Fields(Buffer.concat([printed, Buffer.alloc(1)])), exitCode === 0);
}

class Incomplete extends Error {}

/** NUL-terminated fields, one after the other. */
class Fields {
  private readonly bytes: Buffer;
  used = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  next(): string {
    const end = this.bytes.indexOf(0, this.used);
    if (end === -1) throw new Incomplete();
    const field = this.bytes.toString('latin1', this.used, end);
    this.used = end + 1;
    return field;
  }

  expect(field: string): void {
    const found = this.next();
    if (found !== field)
      throw new Error(`git merge-tree printed ${JSON.stringify(found)} in place of ${JSON.stringify(field)}`);
  }

  /** Yields fields up to an empty one. */
  *untilEmpty(): Generator<string> {
    for (let field = this.next(); field !== ''; field = this.next()) yield field;
  }
}

function readOutput(fields: Fields, clean: boolean): MergeTreeOutput {
  const tree = fields.next();
  const stages = [...fields.untilEmpty()].map(readStage);
  const messages: MergeMessage[] = [];
  for (const count of fields.untilEmpty()) {
    // For submodules git adds advice after the messages, as plain text up to the closing NUL.
    if (!/^[0-9]+$/.test(count)) break;
    const paths = Array.from({ length: Number(count) }, () => fields.next());
    messages.push({ paths, type: fields.next(), text: readable(fields.next().trim()) });
  }
  return { clean, tree, stages, messages };
}

function readStage(field: string): IndexStage {
  const [header = '', path] = splitOnce(field, '\t');
  const [mode, oid, stage] = header.split(' ');
  if (mode === undefined || oid === undefined || path === undefined || !isStage(stage)) {
    throw new Error(`git merge-tree gave the entry ${JSON.stringify(field)}`);
  }
  return { mode, oid, stage: stageNumbers[stage], path };
}

const stageNumbers = { '1': 1, '2': 2, '3': 3 } as const;

function isStage(text: string | undefined): text is keyof typeof stageNumbers {
  return text !== undefined && text in stageNumbers;
}

/** Splits at the first separator; file names may contain more of them. */
function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
