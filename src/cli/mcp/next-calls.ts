import type { Hint, PlanRecord } from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { formatHint, shortId } from '../../presentation/hints.ts';
import { nextHints } from '../../presentation/next-commands.ts';
import { isInProgress } from '../../presentation/progress-text.ts';

/** What the caller can do next: a call of a tool, or a command line for a person. */
export type NextCall = { tool: string; arguments: Record<string, unknown> } | { command: string };

/** The result that the caller may apply; null if it may not. */
type Applicable = string | null;

type CreateArguments = (
  options: Record<string, unknown>,
  args: readonly string[],
  applicable: Applicable,
) => Record<string, unknown> | null;

/** The tool of each command, and the arguments it takes besides the plan; null where the command has no such tool. */
const toolOf: Readonly<Record<string, [tool: string, createArguments: CreateArguments]>> = {
  'plan list': ['plan_list', ({ all }) => (all === true ? { all } : {})],
  'plan status': ['plan_status', () => ({})],
  'plan diff': ['plan_diff', ({ attempt }) => omitUndefined({ attempt })],
  'plan review': ['plan_review', () => ({})],
  'plan conflicts': ['plan_conflicts', () => ({})],
  'plan resolve': [
    'plan_resolve',
    ({ attempt, take, hunk }, [path]) => {
      if (attempt !== undefined) return { attempt };
      return take === undefined ? null : { path, take, ...omitUndefined({ hunk }) };
    },
  ],
  'plan execute': ['plan_execute', () => ({})],
  'plan resume': ['plan_execute', () => ({})],
  'plan approve': ['plan_answer', () => ({ answer: 'approve' })],
  'plan deny': ['plan_answer', () => ({ answer: 'deny' })],
  'plan answer': ['plan_answer', (_, [text]) => ({ text })],
  'plan apply': [
    'plan_apply',
    (options, _, result) => (result === null || Object.keys(options).length > 0 ? null : { result }),
  ],
  'plan cancel': ['plan_cancel', () => ({})],
};

/** Returns a hint as a call of a tool, or as the command line where there is no tool for it. */
export function nextCall(hint: Hint, applicable: Applicable): NextCall {
  if (typeof hint === 'string') return { command: hint };
  const { command, planId, args = [], options = {} } = hint;
  const [tool, createArguments] = toolOf[command] ?? [];
  const own = createArguments?.(options, args, applicable) ?? null;
  if (tool === undefined || own === null) return { command: formatHint(hint) };
  return { tool, arguments: { ...omitUndefined({ plan: planId }), ...own } };
}

/** Returns what can be done with a plan, best first. */
export function nextCalls(record: PlanRecord, mayApply: boolean): NextCall[] {
  const applicable = mayApply ? record.resultTree : null;
  const calls = nextHints(record).map(hint => nextCall(hint, applicable));
  const wait: NextCall = { tool: 'plan_wait', arguments: { plan: shortId(record.planId) } };
  const all = isInProgress(record) ? [wait, ...calls] : calls;
  return [...new Map(all.map(call => [JSON.stringify(call), call])).values()];
}
