import { formatDuration } from '../../presentation/duration.ts';
import { formatTimeOfDay } from '../labels.ts';
import { fitCell, type Pane, type StyledRow, span, type TextRole } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

interface CheckItem {
  id: string;
  row: StyledRow;
  foot: readonly StyledRow[];
}

/** Validation results, findings of the review, invariants in force, then violations. */
export function checksPane({ views: { detail } }: ViewModel): Pane<CheckItem> {
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

type Detail = NonNullable<ViewModel['views']['detail']>;

function validations({ record, validations: checks }: Detail): CheckItem[] {
  const results = new Map(checks.results.map(result => [result.name, result]));
  return record.validations.map(({ name, argv, required }) => {
    const result = results.get(name);
    const [word, role]: [string, TextRole] =
      result === undefined ? ['not run', 'dim'] : result.passed ? ['passed', 'good'] : ['FAILED', 'bad'];
    const ended =
      result === undefined
        ? ''
        : `exit ${result.exitCode ?? 'none'}  ${formatDuration(result.durationMs, { tenths: true })}`;
    const tail = (result?.outputTail ?? '').trimEnd().split('\n').slice(-4);
    return {
      id: `check ${name}`,
      row: [
        span(fitCell(word, 9), role),
        span(fitCell(required ? '' : 'optional', 10), 'dim'),
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
      span(fitCell('review', 9), finding.severity === 'blocking' ? 'bad' : 'accent'),
      span(fitCell(finding.severity, 10), 'dim'),
      span(`${finding.path ?? 'the result'}${finding.line === null ? '' : `:${finding.line}`}  `, 'strong'),
      span(finding.text),
    ],
    foot: [],
  }));
}

function invariants({ record }: Detail): CheckItem[] {
  return record.invariants.map(({ text, scope }, index) => ({
    id: `rule ${index}`,
    row: [span(fitCell('rule', 9), 'accent'), span(fitCell(scope, 10), 'dim'), span(text)],
    foot: [],
  }));
}

function violations({ validations }: Detail): CheckItem[] {
  return validations.violations.map(({ seq, at, phase, text, files, message }) => ({
    id: `broken ${seq}`,
    row: [span(fitCell('BROKEN', 9), 'bad'), span(fitCell(phase, 10), 'dim'), span(`${formatTimeOfDay(at)}  ${text}`)],
    foot: [[span(message, 'bad')], [span(files.join(', '), 'dim')]],
  }));
}

/** Files of the checkout that changed while agents worked, without evidence that an agent changed them. */
function checkouts({ record }: Detail): CheckItem[] {
  return record.checkoutChanges.map(({ files, accepted }, index) => ({
    id: `checkout ${index}`,
    row: [
      span(fitCell('checkout', 9), accepted ? 'dim' : 'warn'),
      span(fitCell(accepted ? 'accepted' : 'changed', 10), 'dim'),
      span(files.join(', ')),
    ],
    foot: [[span('These files of your checkout changed while an agent worked.', 'dim')]],
  }));
}
