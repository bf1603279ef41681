import { styleText } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;

/** Colors of the terminal's own palette; without color each function returns the text unchanged. */
export interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
  blue(text: string): string;
}

export type ColorChoice = 'auto' | 'always' | 'never';

export function createColors(colored: boolean): Colors {
  // Whether there are colors is decided by the caller, not by the standard output of this process.
  const style = (format: keyof Colors) => (text: string) =>
    colored && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
    magenta: style('magenta'),
    blue: style('blue'),
  };
}

/** The flag takes precedence, then NO_COLOR, then FORCE_COLOR, then the kind of the stream. */
export function shouldUseColor(choice: ColorChoice, env: Environment, output: { readonly isTTY?: boolean }): boolean {
  if (isColorDisabled(choice, env)) return false;
  if (choice === 'always') return true;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0';
  return canRedraw(env, output);
}

/** Returns whether the user disabled colors, by the flag or by NO_COLOR. */
export function isColorDisabled(choice: ColorChoice, env: Environment): boolean {
  return choice === 'never' || (choice === 'auto' && isSet(env.NO_COLOR));
}

/** Returns whether printed lines can be redrawn: on a terminal, not in a log. */
export function canRedraw(env: Environment, output: { readonly isTTY?: boolean }): boolean {
  return output.isTTY === true && env.TERM !== 'dumb' && !isCi(env);
}

export function isCi(env: Environment): boolean {
  return isSet(env.CI) && env.CI !== 'false' && env.CI !== '0';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
