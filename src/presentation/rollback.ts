import type { ActorSnapshot, Checkpoint, RollbackReport } from '../index.ts';
import type { Colors } from './colors.ts';
import { formatAge } from './duration.ts';
import { shortId } from './hints.ts';
import { sanitizeLine } from './sanitize.ts';
import { toSnakeCaseKeys } from './snake-case.ts';
import { pluralize } from './units.ts';

/** Returns the name of a checkpoint: its label, else its trigger. */
export function checkpointName({ label, trigger, tool }: Checkpoint): string {
  return label === null ? `${trigger}${tool === null ? '' : ` ${tool}`}` : `"${sanitizeLine(label)}"`;
}

/** Returns the confirmation question before a rollback. */
export function rollbackQuestion({ checkpoint, impact }: RollbackReport, now: number): string {
  const falls = [
    pluralize(impact.decisionsAfter, 'decision'),
    pluralize(impact.childPlanIds.length, 'subplan'),
    pluralize(impact.toolCallsAfter, 'tool call'),
  ].join(', ');
  return `Roll back to ${checkpointName(checkpoint)}, created ${formatAge(checkpoint.createdAt, now)} ago, and discard ${falls}`;
}

/** Returns the name, id and age of a checkpoint. */
export function checkpointLine(checkpoint: Checkpoint, now: number): string {
  return `${checkpointName(checkpoint)}  ${shortId(checkpoint.checkpointId)}  created ${formatAge(checkpoint.createdAt, now)} ago`;
}

export function formatRollback(report: RollbackReport, paint: Colors, now: number): string {
  const { checkpoint, changes, impact, after, dryRun } = report;
  const { sideEffects } = impact;
  return [
    `${paint.bold(dryRun ? 'would roll back to' : 'rolled back to')} ${checkpointLine(checkpoint, now)}`,
    `changes: ${pluralize(changes.length, 'file')}`,
    ...changes.map(
      ({ file, action }) =>
        `  ${action === 'removed' ? paint.red('removed ') : paint.green('restored')}  ${sanitizeLine(file)}`,
    ),
    `impact: ${pluralize(impact.decisionsAfter, 'decision')} superseded, ${pluralize(impact.childPlanIds.length, 'subplan')} cancelled, ${pluralize(impact.toolCallsAfter, 'tool call')} undone`,
    ...sideEffects.map(
      tool => `  ${paint.yellow('not undone')}: what ${sanitizeLine(tool)} did outside of the sandbox`,
    ),
    `after: ${after.phase} ${after.state}, ${pluralize(after.checkpointsRemaining, 'checkpoint')} left`,
    ...(dryRun ? [] : [`  next: ${paint.cyan(`troupe plan execute ${shortId(report.planId)}`)}`]),
  ].join('\n');
}

/** Returns the report as JSON for programs. */
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

export const checkpointData = (checkpoint: Checkpoint) => toSnakeCaseKeys(checkpoint);

export function checkpointRow(checkpoint: Checkpoint, paint: Colors, now: number): string {
  return `${paint.cyan(shortId(checkpoint.checkpointId))}  ${formatAge(checkpoint.createdAt, now)} ago  ${checkpointName(checkpoint)}`;
}

/** Returns one line for each actor of a checkpoint's state: its name, and the state its machine is in. */
export function actorStateLines(actor: ActorSnapshot, indent = '  '): string[] {
  const { id, src, state, children = [] } = actor;
  const name = src === undefined || src === id ? id : `${src} ${id}`;
  const position = 'value' in state ? JSON.stringify(state.value) : state.snapshot.status;
  return [
    `${indent}${sanitizeLine(name)}: ${position}`,
    ...children.flatMap(child => actorStateLines(child, `${indent}  `)),
  ];
}
