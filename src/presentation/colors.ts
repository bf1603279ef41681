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

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  magenta: [35, 39],
  blue: [34, 39],
} as const;

export function createColors(colored: boolean): Colors {
  const style =
    ([open, close]: readonly [number, number]) =>
    (text: string) =>
      colored && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: style(codes.bold),
    dim: style(codes.dim),
    red: style(codes.red),
    green: style(codes.green),
    yellow: style(codes.yellow),
    cyan: style(codes.cyan),
    magenta: style(codes.magenta),
    blue: style(codes.blue),
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
