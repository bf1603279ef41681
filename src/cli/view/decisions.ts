import type { Decision } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import type { Paint } from '../paint.ts';
import { count } from '../progress/sentence.ts';
import { branches } from './branches.ts';
import { impactOf } from './impact.ts';
import { shortId } from './ways.ts';

interface Leaf {
  label: string;
  children: Leaf[];
}

/**
 * Decisions as a tree, each with its id, the options that were rejected for it, and how many others a correction of it
 * invalidates. An invariant is listed once, however often it
 * was checked, and without an id: nothing can be corrected in it.
 */
export function decisionLines(decisions: readonly Decision[], paint: Paint): string[] {
  const known = new Set(decisions.map(({ decisionId }) => decisionId));
  const looksAt = (rule: Decision) => decisions.filter(other => sameRule(rule, other));
  const told = decisions.filter(decision => !isRule(decision) || looksAt(decision)[0] === decision);
  const impact = impactOf(decisions);
  const leaf = (decision: Decision): Leaf => ({
    label: isRule(decision)
      ? labelOfRule(looksAt(decision), paint)
      : `${labelOf(decision, paint)}${impactWords(impact.get(decision.decisionId), paint)}`,
    children: [
      ...decision.alternatives.map(option => ({ label: paint.dim(rejected(option)), children: [] })),
      ...told.filter(({ parentDecisionId }) => parentDecisionId === decision.decisionId).map(leaf),
    ],
  });
  const roots = told.filter(({ parentDecisionId }) => parentDecisionId === null || !known.has(parentDecisionId));
  return roots.flatMap(root =>
    branches(
      leaf(root),
      ({ children }) => children,
      ({ label }) => label,
    ),
  );
}

const isRule = ({ type }: Decision) => type === 'invariant_enforced';

function sameRule(one: Decision, other: Decision): boolean {
  const idOf = ({ type, parentDecisionId, supersededBy, payload }: Decision) =>
    JSON.stringify([type, parentDecisionId, supersededBy === null, payload.invariantId]);
  return idOf(one) === idOf(other);
}

/** What a rule says, and for which phases it was looked at; decisions of before that was noted are counted. */
function labelOfRule(looks: readonly Decision[], paint: Paint): string {
  const [{ type, chosenOption, rationale, supersededBy }] = looks as readonly [Decision, ...Decision[]];
  const phases = [...new Set(looks.flatMap(({ payload: { phase } }) => (typeof phase === 'string' ? [phase] : [])))];
  const often = looks.length === 1 ? 'looked at once' : `looked at ${looks.length} times`;
  const when = [often, ...(phases.length === 0 ? [] : [`for ${phases.join(', ')}`])].join(', ');
  const superseded = supersededBy === null ? '' : ' [superseded]';
  return `${paint.bold(spaced(type))}: ${cleanLine(chosenOption)} (${when}) — ${cleanLine(rationale)}${superseded}`;
}

const spaced = (type: Decision['type']) => type.replaceAll('_', ' ');

function labelOf(decision: Decision, paint: Paint): string {
  const superseded = decision.supersededBy === null ? '' : ' [superseded]';
  const confidence = decision.confidence === 1 ? '' : ` (confidence ${decision.confidence})`;
  const why = decision.rationale === '' ? '' : ` — ${cleanLine(decision.rationale)}`;
  const type = paint.bold(spaced(decision.type));
  const id = paint.cyan(shortId(decision.decisionId));
  return `${id}  ${type}: ${cleanLine(decision.question)} → ${cleanLine(decision.chosenOption)}${confidence}${why}${superseded}`;
}

function impactWords(invalidated: readonly string[] | undefined, paint: Paint): string {
  if (invalidated === undefined || invalidated.length === 0) return '';
  return paint.dim(` (a correction invalidates ${count(invalidated.length, 'more decision')})`);
}

/** What was decided last and can be corrected, with the ids that `plan correct` takes. */
export function latestDecisions(decisions: readonly Decision[], paint: Paint): string[] {
  const own = decisions.filter(({ type, supersededBy }) => supersededBy === null && !unchangeable.has(type));
  const latest = own.slice(-latestMax);
  const earlier = own.length - latest.length;
  const more = earlier === 0 ? [] : [`  and ${earlier} earlier; plan explain shows all`];
  return latest.length === 0
    ? []
    : [
        'Latest decisions:',
        ...latest.map(each => `  ${paint.cyan(shortId(each.decisionId))}  ${cleanLine(each.chosenOption)}`),
        ...more,
      ];
}

const latestMax = 3;
const unchangeable: ReadonlySet<Decision['type']> = new Set(['prompt_definition', 'invariant_enforced']);

function rejected({ description, reason: why }: Decision['alternatives'][number]): string {
  return `rejected: ${cleanLine(description)}${why === '' ? '' : ` — ${cleanLine(why)}`}`;
}
