import type { Plan, PlanRecord } from '../index.ts';
import { pluralize } from './units.ts';

/** The measured size of a result. */
export interface ResultSummary {
  files: number;
  insertions: number;
  deletions: number;
  subplans: { complete: number; total: number };
  checks: { passed: number; total: number };
  conflicts: number;
}

export async function summarizeResult(plan: Plan, record: PlanRecord): Promise<ResultSummary> {
  const stat = record.resultTree === null ? '' : await plan.diff({ stat: true });
  // Each of several projects has its own line.
  const number = (pattern: RegExp) => [...stat.matchAll(pattern)].reduce((sum, [, found]) => sum + Number(found), 0);
  const { subplanStatuses: subplans, validationResults: checks } = record;
  return {
    files: record.changeSet?.files.length ?? 0,
    insertions: number(/(\d+) insertions?\(\+\)/g),
    deletions: number(/(\d+) deletions?\(-\)/g),
    subplans: { complete: subplans.filter(({ state }) => state === 'complete').length, total: subplans.length },
    checks: { passed: checks.filter(({ passed }) => passed).length, total: checks.length },
    conflicts: record.conflicts.length,
  };
}

/** `Result: 7 files (+210 −34) · 3/3 subplans · 5/5 checks · 0 conflicts` */
export function formatSummary({ files, insertions, deletions, subplans, checks, conflicts }: ResultSummary): string {
  return [
    `Result: ${pluralize(files, 'file')} (+${insertions} −${deletions})`,
    `${subplans.complete}/${subplans.total} subplans`,
    `${checks.passed}/${checks.total} checks`,
    pluralize(conflicts, 'conflict'),
  ].join(' · ');
}
