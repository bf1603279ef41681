import { type Finding, formatFinding } from '../index.ts';
import type { Colors } from './colors.ts';
import { sanitizeLine } from './sanitize.ts';

/** Formats the findings of a review, one line each, blocking ones first. */
export function formatFindings(findings: readonly Finding[], paint: Colors): string[] {
  const order: Record<Finding['severity'], number> = { blocking: 0, warning: 1, note: 2 };
  return [...findings]
    .sort((left, right) => order[left.severity] - order[right.severity])
    .map(finding => {
      const line = `review: ${sanitizeLine(formatFinding(finding))}`;
      return finding.severity === 'blocking' ? paint.red(line) : line;
    });
}
