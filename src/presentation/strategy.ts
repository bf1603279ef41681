import { type AgentRef, type Decision, isSpawn, type PlanRecord, SpawnPayload } from '../index.ts';
import type { Colors } from './colors.ts';
import { sanitizeLine } from './sanitize.ts';
import { pluralize } from './units.ts';
import { formatUsage } from './usage.ts';

/** Formats a strategy for its review before work starts: its decisions, its subplans, their agents, its estimate. */
export function formatStrategy(record: PlanRecord, decisions: readonly Decision[], paint: Colors): string {
  const { description, automationProfile, confidence, actors, estimate, subplanConfig } = record;
  const choices = decisions.filter(({ type }) => type === 'strategy_choice' || type === 'resource_selection');
  const parts = decisions.filter(({ type }) => isSpawn(type));
  const head = `Strategy of "${sanitizeLine(description)}", profile ${automationProfile}, confidence ${confidence}`;
  const atOnce = subplanConfig.executionMode === 'sequential' ? 1 : subplanConfig.maxParallel;
  const some = parts.length === 0 ? 'no subplans: one agent does all of it' : pluralize(parts.length, 'subplan');
  return [
    paint.bold(head),
    ...choices.map(choiceLine),
    `parts: ${some}${parts.length > 1 ? `, at most ${atOnce} at once` : ''}`,
    ...parts.map((part, index) => partLine(part, index, parts)),
    `agents: ${agentsLine(actors)}`,
    `estimated cost: ${estimate === null ? noEstimate(actors) : estimateLine(estimate)}${limits(record)}`,
    `spent so far: ${formatUsage(record)}`,
  ].join('\n');
}

function choiceLine({ question, chosenOption, confidence, rationale }: Decision): string {
  const confidenceText = confidence === 1 ? '' : ` (confidence ${confidence})`;
  const why = rationale === '' ? '' : ` — ${sanitizeLine(rationale)}`;
  return `  ${sanitizeLine(question)} → ${sanitizeLine(chosenOption)}${confidenceText}${why}`;
}

function partLine({ payload }: Decision, index: number, parts: readonly Decision[]): string {
  const { goal, resourceScopes, dependencies, strategyActor, executionActor } = SpawnPayload.parse(payload);
  const before = dependencies.map(id => parts.findIndex(({ decisionId }) => decisionId === id) + 1);
  const own = [strategyActor, executionActor].flatMap(agent => (agent === null ? [] : [agentName(agent)]));
  return [
    `  ${index + 1}. ${sanitizeLine(goal)}  [${resourceScopes.map(sanitizeLine).join(', ')}]`,
    ...(before.length === 0 ? [] : [`after ${before.join(', ')}`]),
    ...(own.length === 0 ? [] : [`by ${own.join(', ')}`]),
  ].join('  ');
}

function agentsLine({ execution, review, apply, conflict }: PlanRecord['actors']): string {
  const named = Object.entries({ execution, review, apply, conflict });
  return named.flatMap(([role, agent]) => (agent === null ? [] : [`${role} ${agentName(agent)}`])).join(' · ');
}

function agentName(agent: AgentRef): string {
  if (typeof agent === 'string') return agent;
  if (agent.kind === 'steps') return pluralize(agent.steps.length, 'declared step');
  if (agent.kind === 'preset') return [agent.agent, agent.model ?? ''].join(' ').trim();
  if (agent.kind === 'llm') return sanitizeLine(agent.model);
  return sanitizeLine(agent.kind === 'script' ? agent.module : agent.argv.join(' '));
}

function estimateLine(estimate: Record<string, unknown>): string {
  const toText = (value: unknown) => sanitizeLine(typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(estimate)
    .map(([name, value]) => (name === 'summary' ? toText(value) : `${name} ${toText(value)}`))
    .join(' · ');
}

function limits({ budget: { usd, tokens, seconds, toolCalls } }: PlanRecord): string {
  const amounts = { USD: usd, tokens, s: seconds, 'tool calls': toolCalls };
  const set = Object.entries(amounts).flatMap(([unit, amount]) => (amount === undefined ? [] : [`${amount} ${unit}`]));
  return set.length === 0 ? '' : `; at most ${set.join(', ')}`;
}

function noEstimate({ estimation }: PlanRecord['actors']): string {
  return estimation === null
    ? 'unknown; the action names no estimationActor'
    : 'unknown; the estimation agent gave none';
}
