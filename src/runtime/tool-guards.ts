import { type AgentRole, onlyLooks } from '../model/agent.ts';
import type { ApprovalMode } from '../model/approval.ts';
import { Fault } from '../model/fault.ts';
import type { Phase, PlanSpec } from '../model/plan.ts';
import { permits, type ThresholdName, type ToolGuards } from '../model/profile.ts';
import type { SideEffect } from '../model/tool.ts';
import type { Tool } from '../ports/tool.ts';
import type { ToolTable } from './tool-table.ts';

/** One call, before it is made. */
export interface CallAhead {
  tool: Tool;
  /** Calls made before in this step. */
  callsBefore: number;
  plan: Pick<PlanSpec, 'planId' | 'profileSnapshot' | 'readOnly' | 'approvalModes'>;
  phase: Phase;
  role: AgentRole;
  confidence: number;
  guards: ToolGuards;
  /** Which budget is used up, the plan's own or that of one above; null while none is. */
  spentUp: Fault | null;
}

/** Go ahead, do not, or not without someone's consent. */
export type Verdict = { kind: 'go' } | { kind: 'refuse'; fault: Fault } | { kind: 'ask'; threshold: ThresholdName };

/**
 * Whether a call may be made: first what the phase rules out, then in this order denylist, allowlist, calls per step,
 * budget, write approval, apply approval.
 */
export function judge(call: CallAhead, table: ToolTable): Verdict {
  const { tool, guards, callsBefore } = call;
  const ruledOut = ruledOutBy(call);
  if (ruledOut !== null) return refuse(call, `${tool.name} is refused: ${ruledOut}`);
  if (table.isNamed(tool, guards.denyTools)) return refuse(call, `${tool.name} is on the denylist of the profile`);
  if (guards.allowTools.length > 0 && !table.isNamed(tool, guards.allowTools)) {
    return refuse(call, `${tool.name} is not on the allowlist of the profile: ${guards.allowTools.join(', ')}`);
  }
  if (callsBefore >= guards.callsPerStepMax) {
    return refuse(
      call,
      `${tool.name} is refused: callsPerStepMax of the profile allows ${guards.callsPerStepMax} tool calls in a step`,
    );
  }
  return call.spentUp === null ? approval(call) : { kind: 'refuse', fault: call.spentUp };
}

function ruledOutBy({ tool, phase, role, plan }: CallAhead): string | null {
  const has = (...effects: SideEffect[]) => effects.some(effect => tool.sideEffects.includes(effect));
  const changes = has('write_files', 'run_process', 'create_checkpoint');
  if (changes && (role === 'review' || role === 'apply')) {
    return `the ${role}Actor only looks; what changes files or runs programs belongs to the executionActor`;
  }
  if (changes && (phase === 'strategize' || onlyLooks(role))) {
    return 'Strategize is read-only; what changes files or runs programs belongs to the execution actor';
  }
  if (has('spawn_subplan') && (role === 'review' || role === 'apply')) return `the ${role}Actor plans no subplans`;
  if (has('report_finding') && role !== 'review') return 'only the reviewActor reports findings';
  if (phase === 'apply' && has('spawn_subplan')) return 'Apply spawns no subplans';
  if (plan.readOnly && has('write_files')) return 'the plan is read-only';
  return null;
}

/** The kinds of tools that consent may be settled for, by what they do. */
const kinds = [
  ['writeFiles', 'write_files'],
  ['runCommands', 'run_process'],
  ['spawnSubplans', 'spawn_subplan'],
] as const satisfies readonly (readonly [ThresholdName, SideEffect])[];

/**
 * What was settled beforehand for the phase comes before the profile's threshold. A subplan that a strategy plans is held
 * against the threshold with the whole strategy, once that is complete, unless the action says otherwise.
 */
function approval(call: CallAhead): Verdict {
  const { tool, phase, plan, confidence } = call;
  const modes = modesIn(plan, phase);
  const has = kinds.filter(([, effect]) => tool.sideEffects.includes(effect)).map(([kind]) => kind);
  const denied = has.find(kind => modes[kind] === 'deny');
  if (denied !== undefined) {
    return refuse(call, `${tool.name} is refused: approvals.${phase}.${denied} is deny`);
  }
  const stops = (name: ThresholdName) => !permits(plan.profileSnapshot, name, confidence);
  const asked = has.find(
    kind => modes[kind] === 'ask' || (modes[kind] === undefined && phase !== 'strategize' && stops(kind)),
  );
  if (asked !== undefined) return { kind: 'ask', threshold: asked };
  const lands = phase === 'apply' && has.some(kind => kind !== 'spawnSubplans' && modes[kind] === undefined);
  return lands && stops('startApply') ? { kind: 'ask', threshold: 'startApply' } : { kind: 'go' };
}

function modesIn({ approvalModes }: CallAhead['plan'], phase: Phase): Partial<Record<ThresholdName, ApprovalMode>> {
  return (phase === 'apply' ? undefined : approvalModes?.[phase]) ?? {};
}

function refuse({ plan, tool, phase }: CallAhead, message: string): Verdict {
  const facts = {
    where: `plan ${plan.planId}, ${phase}`,
    hints: [`troupe plan explain ${plan.planId}`],
    details: { tool: tool.name },
  };
  return { kind: 'refuse', fault: new Fault('TOOL_REFUSED', message, facts) };
}
