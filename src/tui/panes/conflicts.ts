import type { ConflictDetails, PlanViews } from '../../index.ts';
import { type Pane, span, type TextRole } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

type PlanConflict = NonNullable<PlanViews['detail']>['conflicts'][number];

/** One row: a conflict, a hunk, or a line of one side. */
export interface ConflictItem {
  conflictId: string;
  path: string;
  /** Counted from 1; null on the conflict's own row. */
  hunk: number | null;
  /** Index of the row in the hunk. */
  part: number;
  text: string;
  role: TextRole;
}

const resolutionLabels: Record<NonNullable<PlanConflict['resolution']>['take'], string> = {
  ours: 'took ours',
  theirs: 'took theirs',
  base: 'took the base',
  content: 'took what was written',
  hunk: 'resolved hunk by hunk',
  actor: 'resolved by an agent',
  attempt: 'took one attempt',
};

/** Maximum lines shown per side of a hunk; `e` shows all. */
const linesMax = 12;

/** Conflicts with the text of their hunks; commands apply to the conflict or hunk under the cursor. */
export function conflictsPane({ views: { detail }, content }: ViewModel): Pane<ConflictItem> {
  const conflicts = detail?.conflicts ?? [];
  const open = conflicts.filter(({ resolution }) => resolution === null).length;
  return {
    title: `Conflicts, ${open} open`,
    items: conflicts.flatMap(conflict => itemsOf(conflict, content.conflicts[conflict.conflictId])),
    id: ({ conflictId, hunk, part }) => `${conflictId}#${hunk ?? ''}:${part}`,
    row: ({ text, role }) => [span(text, role)],
    foot({ conflictId, hunk }) {
      const known = conflicts.find(conflict => conflict.conflictId === conflictId);
      if (known === undefined) return [];
      const advice = content.conflicts[conflictId]?.suggestions.find(each => each.hunk === null || each.hunk === hunk);
      return [
        [span('ours    ', 'dim'), span(goalList(known.ours.goals))],
        [span('theirs  ', 'dim'), span(goalList(known.theirs.goals))],
        [span(advice === undefined ? '' : `try ${advice.take}: ${advice.reason}`, 'accent')],
      ];
    },
    empty: detail === null ? 'Looking …' : 'There are no conflicts.',
  };
}

function itemsOf(conflict: PlanConflict, view: ConflictDetails | undefined): ConflictItem[] {
  const { conflictId, path, kind, resolution, hunks, message } = conflict;
  const item = (text: string, role: TextRole, hunk: number | null = null, part = 0) => ({
    conflictId,
    path,
    hunk,
    part,
    text,
    role,
  });
  const state = resolution === null ? 'open' : resolutionLabels[resolution.take];
  const head = item(
    `${resolution === null ? '‼' : '✓'} ${path}  ${kind}  ${state}`,
    resolution === null ? 'bad' : 'good',
  );
  if (resolution !== null && resolution.take !== 'hunk') return [head];
  const messageLines =
    message === '' ? [] : message.split('\n').map((line, part) => item(`  ${line}`, 'dim', null, part + 1));
  return [
    head,
    ...messageLines,
    ...hunks.flatMap(({ taken, ours, key }, index) => {
      const number = index + 1;
      const how = taken === null ? 'open' : `took ${typeof taken === 'string' ? taken : 'content'}`;
      const where = key ?? `line ${ours.start + 1}`;
      const texts = view?.texts[index];
      const lines =
        taken !== null || texts === undefined
          ? []
          : [
              ...sideLines('<', texts.ours, 'good'),
              ...sideLines('|', texts.base, 'dim'),
              ...sideLines('>', texts.theirs, 'accent'),
            ];
      return [
        item(`  hunk ${number}, ${where}  ${how}`, taken === null ? 'warn' : 'good', number),
        ...lines.map(([text, role], part) => item(`    ${text}`, role, number, part + 1)),
      ];
    }),
  ];
}

function sideLines(sign: string, words: string, role: TextRole): [string, TextRole][] {
  if (words === '') return [[`${sign} (nothing)`, 'dim']];
  const all = words.split('\n').slice(0, words.endsWith('\n') ? -1 : undefined);
  const shown = all.slice(0, linesMax).map((line): [string, TextRole] => [`${sign} ${line}`, role]);
  return all.length > linesMax ? [...shown, [`${sign} … ${all.length - linesMax} lines more`, 'dim']] : shown;
}

const goalList = (all: readonly string[]) => (all.length === 0 ? 'the plan itself' : all.join('; '));
