import type { Checkpoint, RollbackReport } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import type { Paint } from '../paint.ts';
import { count } from '../progress/sentence.ts';
import { snakeKeys } from '../snake.ts';
import { shortId } from './ways.ts';

/** How a checkpoint is called: its label, else what made it. */
export function nameOf({ label, trigger, tool }: Checkpoint): string {
  return label === null ? `${trigger}${tool === null ? '' : ` ${tool}`}` : `"${cleanLine(label)}"`;
}

/** How long ago, in the largest unit that fits. */
export function age(createdAt: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(createdAt)) / 1000));
  if (seconds < 90) return count(seconds, 'second');
  if (seconds < 90 * 60) return count(Math.round(seconds / 60), 'minute');
  if (seconds < 36 * 3600) return count(Math.round(seconds / 3600), 'hour');
  return count(Math.round(seconds / 86_400), 'day');
}

/** What is asked before going back. */
export function question({ checkpoint, impact }: RollbackReport, now: number): string {
  const falls = [
    count(impact.decisionsAfter, 'decision'),
    count(impact.childPlanIds.length, 'subplan'),
    count(impact.toolCallsAfter, 'tool call'),
  ].join(', ');
  return `Go back to ${nameOf(checkpoint)}, made ${age(checkpoint.createdAt, now)} ago, and take back ${falls}`;
}

export function rollbackText(report: RollbackReport, paint: Paint, now: number): string {
  const { checkpoint, changes, impact, after, dryRun } = report;
  const { sideEffects } = impact;
  return [
    `${paint.bold(dryRun ? 'would go back to' : 'back to')} ${nameOf(checkpoint)}  ${shortId(checkpoint.checkpointId)}  made ${age(checkpoint.createdAt, now)} ago`,
    `changes: ${count(changes.length, 'file')}`,
    ...changes.map(
      ({ file, action }) =>
        `  ${action === 'removed' ? paint.red('removed ') : paint.green('restored')}  ${cleanLine(file)}`,
    ),
    `impact: ${count(impact.decisionsAfter, 'decision')} superseded, ${count(impact.childPlanIds.length, 'subplan')} cancelled, ${count(impact.toolCallsAfter, 'tool call')} undone`,
    ...sideEffects.map(tool => `  ${paint.yellow('not undone')}: what ${cleanLine(tool)} did outside of the sandbox`),
    `after: ${after.phase} ${after.state}, ${count(after.checkpointsRemaining, 'checkpoint')} left`,
    ...(dryRun ? [] : [`  next: ${paint.cyan(`troupe plan execute ${shortId(report.planId)}`)}`]),
  ].join('\n');
}

/** The report as machines read it. */
export function rollbackData(report: RollbackReport): Record<string, unknown> {
  const { planId, checkpoint, changes, impact, after, dryRun } = report;
  return {
    ...(dryRun ? { dry_run: true } : {}),
    rollback_summary: {
      plan: planId,
      checkpoint: checkpoint.checkpointId,
      label: checkpoint.label,
      files_reverted: changes.length,
    },
    changes_reverted: changes,
    impact: {
      child_plans_invalidated: impact.childPlanIds,
      sandbox: impact.sandbox,
      decisions_after_cp: impact.decisionsAfter,
      tool_calls_after_cp: impact.toolCallsAfter,
    },
    post_rollback_state: {
      phase: after.phase,
      state: after.state,
      checkpoints_remaining: after.checkpointsRemaining,
    },
  };
}

export const checkpointData = (checkpoint: Checkpoint) => snakeKeys(checkpoint);

export function checkpointLine(checkpoint: Checkpoint, paint: Paint, now: number): string {
  return `${paint.cyan(shortId(checkpoint.checkpointId))}  ${age(checkpoint.createdAt, now)} ago  ${nameOf(checkpoint)}`;
}
