/** The format of log lines in a file: time, step and text, separated by tabs. */
import type { LogLine } from '../../model/log-line.ts';

export function formatLogLine({ at, step, text }: Omit<LogLine, 'planId'>): string {
  return `${at}\t${step.replace(/\s+/g, ' ')}\t${text}`;
}

/** A line that was truncated by a crash, or written by hand, is shown as it is. */
export function parseLogLine(planId: string, line: string): LogLine {
  const [, at = '', step = 'troupe', text = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\t([^\t]*)\t(.*)$/s.exec(line) ?? [];
  return { planId, at, step, text };
}
