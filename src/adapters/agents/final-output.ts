import { truncateEnd } from '../../model/truncate.ts';

/** The line of a failed program's output that says why it failed. */

const charactersMax = 300;
/** What runtimes print after their reason: a crash is known by it. */
const trailerPattern = /^(?:Node\.js v\d|Bun v\d|\s+at |goroutine \d|exit status \d|note: run with|\s*\}?\s*$)/;
const crash = /^(?:Node\.js v\d|Bun v\d|\s+at \S|goroutine \d|note: run with)/;
const reason =
  /^(?:Uncaught )?(?:[\w$.]*(?:Error|Exception)\b|panic: |fatal: |Exception in thread |thread '.*' panicked )/;
/** A crash prints its reason, then where it was: further up is what the program did before. */
const linesMax = 60;

/** The reason of a crash, else the last line with something in it; empty where nothing was printed. */
export function finalOutput(output: string): string {
  const lines = output.trimEnd().split(/\r?\n/).slice(-linesMax);
  const words = (crashIn(lines) ?? lines.at(-1) ?? '').trim();
  return truncateEnd(words, charactersMax);
}

function crashIn(lines: readonly string[]): string | null {
  if (!lines.slice(-4).some(line => crash.test(line))) return null;
  const at = lines.findLastIndex(line => reason.test(line));
  const lastLine = lines[at];
  if (lastLine === undefined) return lines.findLast(line => !trailerPattern.test(line)) ?? null;
  // Rust says where on one line and why on the next.
  return lastLine.endsWith(':') ? `${lastLine} ${lines[at + 1]?.trim() ?? ''}` : lastLine;
}
