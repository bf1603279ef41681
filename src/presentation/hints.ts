/** Hints as a person types them. No part of an error below the clients is a command line. */
import type { Hint } from '../model/command-hint.ts';
import { isId } from '../model/is-id.ts';
import { shellQuote } from '../model/shell-quote.ts';

/** Commands that take the plan as their first argument; all others that are about a plan take it by `--plan`. */
const takesPlanFirst: ReadonlySet<string> = new Set([
  'plan status',
  'plan tree',
  'plan explain',
  'plan conflicts',
  'plan logs',
  'plan execute',
  'plan apply',
  'plan approve',
  'plan deny',
  'plan pause',
  'plan resume',
  'plan cancel',
  'plan edit',
  'plan revert',
  'plan corrections',
  'plan fork',
  'plan checkpoint create',
  'plan checkpoint list',
]);

/** Returns a part of an id that is enough to type: its random end. */
export function shortId(id: string): string {
  return id.slice(-8);
}

const quoteWord = (word: string): string => shellQuote(isId(word) ? shortId(word) : word);

/** The line to type, with short ids, quoted for a shell, with its note behind `#`. Advice that is no command stays as it is. */
export function formatHint(hint: Hint): string {
  if (typeof hint === 'string') return hint;
  const { command, planId, args = [], options = {}, directory, before, after, note } = hint;
  const isFirst = planId !== undefined && takesPlanFirst.has(command);
  const operands = [...(isFirst ? [planId] : []), ...args];
  const flags = [
    ...Object.entries(options).map(([name, value]) => formatOption(name, value)),
    ...(planId === undefined || isFirst ? [] : [`--plan ${quoteWord(planId)}`]),
  ];
  const words = operands.map(quoteWord);
  // Behind `--` a name that begins with a dash is no option.
  const dashed = args.some(argument => argument.startsWith('-'));
  const line = [
    'troupe',
    ...(directory === undefined ? [] : [`-C ${shellQuote(directory)}`]),
    ...(command === '' ? [] : [command]),
    ...(dashed ? [...flags, '--', ...words] : [...words, ...flags]),
  ].join(' ');
  const chain = [...(before === undefined ? [] : [before]), line, ...(after === undefined ? [] : [after])].join(' && ');
  return note === undefined ? chain : `${chain}  # ${note}`;
}

function formatOption(name: string, value: string | number | true | null): string {
  const flag = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  if (value === true) return flag;
  if (value === null) return `${flag} ${name === 'patch' ? 'FILE' : 'NAME'}`;
  const text = quoteWord(String(value));
  return text.startsWith('-') ? `${flag}=${text}` : `${flag} ${text}`;
}
