import { type AgentRole, asksPeople } from '../../model/agent.ts';
import type { ApprovalMode } from '../../model/approval.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Phase, PlanSpec } from '../../model/plan.ts';
import { meetsThreshold, type ThresholdName, type ToolGuards } from '../../model/profile.ts';
import { isReadOnlyRole } from '../../model/read-only-role.ts';
import type { SideEffect } from '../../model/tool.ts';
import type { Tool } from '../../ports/tool.ts';
import type { ToolTable } from './tool-table.ts';

/** One call, before it is made. */
export interface ToolCallRequest {
  tool: Tool;
  /** Number of earlier calls in this step. */
  callsBefore: number;
  plan: Pick<PlanSpec, 'planId' | 'profileSnapshot' | 'readOnly' | 'approvalModes'>;
  phase: Phase;
  role: AgentRole;
  confidence: number;
  guards: ToolGuards;
  /** The error of an exhausted budget, the plan's own or one above; null when there is none. */
  budgetError: TroupeError | null;
}

/** Allow, refuse, or ask for approval. */
export type GuardDecision =
  | { kind: 'allow' }
  | { kind: 'refuse'; error: TroupeError }
  | { kind: 'ask'; threshold: ThresholdName };

/**
 * Decides whether a call may be made: first the restrictions of the phase, then in this order denylist, allowlist,
 * calls per step, budget, write approval, apply approval.
 */
export function evaluateGuards(call: ToolCallRequest, table: ToolTable): GuardDecision {
  const { tool, guards, callsBefore } = call;
  const restriction = phaseRestriction(call);
  if (restriction !== null) return refuseCall(call, `${tool.name} is refused: ${restriction}`);
  if (table.isNamed(tool, guards.denyTools)) return refuseCall(call, `${tool.name} is on the denylist of the profile`);
  if (guards.allowTools.length > 0 && !table.isNamed(tool, guards.allowTools)) {
    return refuseCall(call, `${tool.name} is not on the allowlist of the profile: ${guards.allowTools.join(', ')}`);
  }
  if (callsBefore >= guards.callsPerStepMax) {
    return refuseCall(
      call,
      `${tool.name} is refused: callsPerStepMax of the profile allows ${guards.callsPerStepMax} tool calls in a step`,
    );
  }
  return call.budgetError === null ? evaluateApproval(call) : { kind: 'refuse', error: call.budgetError };
}

function phaseRestriction({ tool, phase, role, plan }: ToolCallRequest): string | null {
  const has = (...effects: SideEffect[]) => effects.some(effect => tool.sideEffects.includes(effect));
  const changes = has('write_files', 'run_process', 'create_checkpoint');
  if (changes && (role === 'review' || role === 'apply')) {
    return `the ${role}Actor only looks; what changes files or runs programs belongs to the executionActor`;
  }
  if (changes && (phase === 'strategize' || isReadOnlyRole(role))) {
    return 'Strategize is read-only; what changes files or runs programs belongs to the execution actor';
  }
  if (has('spawn_subplan') && (role === 'review' || role === 'apply')) return `the ${role}Actor plans no subplans`;
  if (has('report_finding') && role !== 'review') return 'only the reviewActor reports findings';
  if (phase === 'apply' && has('spawn_subplan')) return 'Apply spawns no subplans';
  if (has('ask_person')) {
    if (!asksPeople(role)) return `the ${role} agent asks no questions`;
    if (plan.profileSnapshot.questions === 'refuse') return 'the profile refuses questions: decide yourself';
  }
  if (plan.readOnly && has('write_files')) return 'the plan is read-only';
  return null;
}

/** The kinds of tools with their own approval mode, by what they do. */
const kinds = [
  ['writeFiles', 'write_files'],
  ['runCommands', 'run_process'],
  ['spawnSubplans', 'spawn_subplan'],
] as const satisfies readonly (readonly [ThresholdName, SideEffect])[];

/**
 * Approval modes of the phase take precedence over the profile's threshold. The threshold for a strategy's subplans
 * is compared once the whole strategy is complete, unless the action says otherwise.
 */
function evaluateApproval(call: ToolCallRequest): GuardDecision {
  const { tool, phase, plan, confidence } = call;
  const modes = modesIn(plan, phase);
  const has = kinds.filter(([, effect]) => tool.sideEffects.includes(effect)).map(([kind]) => kind);
  const denied = has.find(kind => modes[kind] === 'deny');
  if (denied !== undefined) {
    return refuseCall(call, `${tool.name} is refused: approvals.${phase}.${denied} is deny`);
  }
  const needsPerson = (name: ThresholdName) => !meetsThreshold(plan.profileSnapshot, name, confidence);
  const needsApproval = has.find(
    kind => modes[kind] === 'ask' || (modes[kind] === undefined && phase !== 'strategize' && needsPerson(kind)),
  );
  if (needsApproval !== undefined) return { kind: 'ask', threshold: needsApproval };
  const isApply = phase === 'apply' && has.some(kind => kind !== 'spawnSubplans' && modes[kind] === undefined);
  return isApply && needsPerson('startApply') ? { kind: 'ask', threshold: 'startApply' } : { kind: 'allow' };
}

function modesIn(
  { approvalModes }: ToolCallRequest['plan'],
  phase: Phase,
): Partial<Record<ThresholdName, ApprovalMode>> {
  return (phase === 'apply' ? undefined : approvalModes?.[phase]) ?? {};
}

function refuseCall({ plan, tool, phase }: ToolCallRequest, message: string): GuardDecision {
  const details = {
    where: `plan ${plan.planId}, ${phase}`,
    hints: [commandHint('plan explain', { planId: plan.planId })],
    details: { tool: tool.name },
  };
  return { kind: 'refuse', error: new TroupeError('TOOL_REFUSED', message, details) };
}
