import type { Facts } from '../facts.ts';
import { cell, type Pane, type Role, type Row, span } from '../row.ts';
import { clockTime } from '../words.ts';

interface CheckItem {
  id: string;
  row: Row;
  foot: readonly Row[];
}

/** The definition of done as it was checked, what the review found, then the rules that hold, then where they were broken. */
export function checksPane({ views: { detail } }: Facts): Pane<CheckItem> {
  return {
    title: 'Checks',
    items:
      detail === null
        ? []
        : [
            ...validations(detail),
            ...findings(detail),
            ...invariants(detail),
            ...violations(detail),
            ...checkouts(detail),
          ],
    id: ({ id }) => id,
    row: ({ row }) => row,
    foot: ({ foot }) => foot,
    empty: detail === null ? 'Looking …' : 'This plan has no checks and no rules.',
  };
}

type Detail = NonNullable<Facts['views']['detail']>;

function validations({ record, checks }: Detail): CheckItem[] {
  const results = new Map(checks.results.map(result => [result.name, result]));
  return record.validations.map(({ name, argv, required }) => {
    const result = results.get(name);
    const [word, role]: [string, Role] =
      result === undefined ? ['not run', 'dim'] : result.passed ? ['passed', 'good'] : ['FAILED', 'bad'];
    const ended =
      result === undefined ? '' : `exit ${result.exitCode ?? 'none'}  ${(result.durationMs / 1000).toFixed(1)} s`;
    const tail = (result?.outputTail ?? '').trimEnd().split('\n').slice(-4);
    return {
      id: `check ${name}`,
      row: [
        span(cell(word, 9), role),
        span(cell(required ? '' : 'optional', 10), 'dim'),
        span(`${name}  `, 'strong'),
        span(ended, 'dim'),
      ],
      foot: [[span(argv.join(' '), 'dim')], ...tail.map(line => [span(line)])],
    };
  });
}

function findings({ record }: Detail): CheckItem[] {
  return (record.findings ?? []).map((finding, index) => ({
    id: `finding ${index}`,
    row: [
      span(cell('review', 9), finding.severity === 'blocking' ? 'bad' : 'accent'),
      span(cell(finding.severity, 10), 'dim'),
      span(`${finding.path ?? 'the result'}${finding.line === null ? '' : `:${finding.line}`}  `, 'strong'),
      span(finding.text),
    ],
    foot: [],
  }));
}

function invariants({ record }: Detail): CheckItem[] {
  return record.invariants.map(({ text, scope }, index) => ({
    id: `rule ${index}`,
    row: [span(cell('rule', 9), 'accent'), span(cell(scope, 10), 'dim'), span(text)],
    foot: [],
  }));
}

function violations({ checks }: Detail): CheckItem[] {
  return checks.violations.map(({ seq, at, phase, text, files, message }) => ({
    id: `broken ${seq}`,
    row: [span(cell('BROKEN', 9), 'bad'), span(cell(phase, 10), 'dim'), span(`${clockTime(at)}  ${text}`)],
    foot: [[span(message, 'bad')], [span(files.join(', '), 'dim')]],
  }));
}

/** Files of the checkout that changed while agents worked, which nothing shows to be an agent's. */
function checkouts({ record }: Detail): CheckItem[] {
  return record.checkoutChanges.map(({ files, accepted }, index) => ({
    id: `checkout ${index}`,
    row: [
      span(cell('checkout', 9), accepted ? 'dim' : 'warn'),
      span(cell(accepted ? 'accepted' : 'changed', 10), 'dim'),
      span(files.join(', ')),
    ],
    foot: [[span('These files of your checkout changed while an agent worked.', 'dim')]],
  }));
}
