import { interpolate } from '../../model/interpolate.ts';

type Values = Readonly<Record<string, unknown>>;

/** `fill` for a word of a command, where `{prompt}` and `{goal}` serve as well. What is filled in is not looked at again. */
export function interpolateArgument(word: string, values: Values & { prompt: string; goal: string }): string {
  return word
    .split(/(\{\{[^{}]*\}\}|\{(?:prompt|goal)\})/)
    .map(part => (part === '{prompt}' ? values.prompt : part === '{goal}' ? values.goal : interpolate(part, values)))
    .join('');
}
