import type { Plan, PlanRecord } from '../index.ts';
import { pluralize } from './units.ts';

/** The measured size of a result. */
export interface ResultSummary {
  /** null without a result, also when the diff shows what was changed so far; the next two too. */
  files: number | null;
  insertions: number | null;
  deletions: number | null;
  subplans: { complete: number; total: number };
  checks: { passed: number; total: number };
  conflicts: number;
}

export async function summarizeResult(plan: Plan, record: PlanRecord): Promise<ResultSummary> {
  const size = record.resultTree === null ? noSize : sizeOf(await plan.diff({ stat: true }));
  const { subplanStatuses: subplans, validationResults: checks } = record;
  return {
    files: record.resultTree === null ? null : (record.changeSet?.files.length ?? 0),
    ...size,
    subplans: { complete: subplans.filter(({ state }) => state === 'complete').length, total: subplans.length },
    checks: { passed: checks.filter(({ passed }) => passed).length, total: checks.length },
    conflicts: record.conflicts.length,
  };
}

const noSize = { insertions: null, deletions: null };

function sizeOf(stat: string): { insertions: number; deletions: number } {
  // Each of several projects has its own line.
  const number = (pattern: RegExp) => [...stat.matchAll(pattern)].reduce((sum, [, found]) => sum + Number(found), 0);
  return { insertions: number(/(\d+) insertions?\(\+\)/g), deletions: number(/(\d+) deletions?\(-\)/g) };
}

/** `Result: 7 files (+210 −34) · 3/3 subplans · 5/5 checks · 0 conflicts` */
export function formatSummary({ files, insertions, deletions, subplans, checks, conflicts }: ResultSummary): string {
  return [
    files === null ? 'No result' : `Result: ${pluralize(files, 'file')} (+${insertions} −${deletions})`,
    `${subplans.complete}/${subplans.total} subplans`,
    `${checks.passed}/${checks.total} checks`,
    pluralize(conflicts, 'conflict'),
  ].join(' · ');
}
