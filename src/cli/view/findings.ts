import { type Finding, findingLine } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import type { Paint } from '../paint.ts';

/** What the reviewer found, one line each, what blocks first. */
export function findingLines(findings: readonly Finding[], paint: Paint): string[] {
  const order: Record<Finding['severity'], number> = { blocking: 0, warning: 1, note: 2 };
  return [...findings]
    .sort((left, right) => order[left.severity] - order[right.severity])
    .map(finding => {
      const line = `review: ${cleanLine(findingLine(finding))}`;
      return finding.severity === 'blocking' ? paint.red(line) : line;
    });
}
