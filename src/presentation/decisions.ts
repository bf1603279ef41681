import type { Decision } from '../index.ts';
import type { Colors } from './colors.ts';
import { correctionImpact } from './correction-impact.ts';
import { shortId } from './hints.ts';
import { sanitizeLine } from './sanitize.ts';
import { treeLines } from './text-layout.ts';
import { pluralize } from './units.ts';

interface TreeItem {
  label: string;
  children: TreeItem[];
}

/**
 * Formats decisions as a tree, each with its id, its rejected options, and how many others its correction
 * invalidates. An invariant is listed once, however often it was checked, and without an id, because it cannot be
 * corrected.
 */
export function formatDecisions(decisions: readonly Decision[], paint: Colors): string[] {
  const knownIds = new Set(decisions.map(({ decisionId }) => decisionId));
  const decisionsOfInvariant = (rule: Decision) => decisions.filter(other => isSameInvariant(rule, other));
  const shown = decisions.filter(
    decision => !isInvariantDecision(decision) || decisionsOfInvariant(decision)[0] === decision,
  );
  const impact = correctionImpact(decisions);
  const leaf = (decision: Decision): TreeItem => ({
    label: isInvariantDecision(decision)
      ? invariantLabel(decisionsOfInvariant(decision), paint)
      : `${decisionLabel(decision, paint)}${impactText(impact.get(decision.decisionId), paint)}`,
    children: [
      ...decision.alternatives.map(option => ({ label: paint.dim(alternativeLabel(option)), children: [] })),
      ...shown.filter(({ parentDecisionId }) => parentDecisionId === decision.decisionId).map(leaf),
    ],
  });
  const roots = shown.filter(({ parentDecisionId }) => parentDecisionId === null || !knownIds.has(parentDecisionId));
  return roots.flatMap(root =>
    treeLines(
      leaf(root),
      ({ children }) => children,
      ({ label }) => label,
    ),
  );
}

const isInvariantDecision = ({ type }: Decision) => type === 'invariant_enforced';

function isSameInvariant(one: Decision, other: Decision): boolean {
  const idOf = ({ type, parentDecisionId, supersededBy, payload }: Decision) =>
    JSON.stringify([type, parentDecisionId, supersededBy === null, payload.invariantId]);
  return idOf(one) === idOf(other);
}

/** Formats an invariant with the phases it was checked in; decisions without a phase are counted. */
function invariantLabel(looks: readonly Decision[], paint: Colors): string {
  const [{ type, chosenOption, rationale, supersededBy }] = looks as readonly [Decision, ...Decision[]];
  const phases = [...new Set(looks.flatMap(({ payload: { phase } }) => (typeof phase === 'string' ? [phase] : [])))];
  const often = looks.length === 1 ? 'looked at once' : `looked at ${looks.length} times`;
  const when = [often, ...(phases.length === 0 ? [] : [`for ${phases.join(', ')}`])].join(', ');
  const superseded = supersededBy === null ? '' : ' [superseded]';
  return `${paint.bold(typeLabel(type))}: ${sanitizeLine(chosenOption)} (${when}) — ${sanitizeLine(rationale)}${superseded}`;
}

const typeLabel = (type: Decision['type']) => type.replaceAll('_', ' ');

function decisionLabel(decision: Decision, paint: Colors): string {
  const superseded = decision.supersededBy === null ? '' : ' [superseded]';
  const confidence = decision.confidence === 1 ? '' : ` (confidence ${decision.confidence})`;
  const why = decision.rationale === '' ? '' : ` — ${sanitizeLine(decision.rationale)}`;
  const type = paint.bold(typeLabel(decision.type));
  const id = paint.cyan(shortId(decision.decisionId));
  return `${id}  ${type}: ${sanitizeLine(decision.question)} → ${sanitizeLine(decision.chosenOption)}${confidence}${why}${superseded}`;
}

function impactText(invalidated: readonly string[] | undefined, paint: Colors): string {
  if (invalidated === undefined || invalidated.length === 0) return '';
  return paint.dim(` (a correction invalidates ${pluralize(invalidated.length, 'more decision')})`);
}

/** Formats the latest correctable decisions, with the ids for `plan correct`. */
export function latestDecisions(decisions: readonly Decision[], paint: Colors): string[] {
  const own = decisions.filter(({ type, supersededBy }) => supersededBy === null && !uncorrectableTypes.has(type));
  const latest = own.slice(-latestMax);
  const earlier = own.length - latest.length;
  const more = earlier === 0 ? [] : [`  and ${earlier} earlier; plan explain shows all`];
  return latest.length === 0
    ? []
    : [
        'Latest decisions:',
        ...latest.map(each => `  ${paint.cyan(shortId(each.decisionId))}  ${sanitizeLine(each.chosenOption)}`),
        ...more,
      ];
}

const latestMax = 3;
const uncorrectableTypes: ReadonlySet<Decision['type']> = new Set(['prompt_definition', 'invariant_enforced']);

function alternativeLabel({ description, reason: why }: Decision['alternatives'][number]): string {
  return `rejected: ${sanitizeLine(description)}${why === '' ? '' : ` — ${sanitizeLine(why)}`}`;
}
