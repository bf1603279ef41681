import type { ParsedArgs } from './command.ts';

/** The value of an argument without which the parser accepts no command. @throws {TypeError} for an optional one without a value */
export function requiredArgument(args: ParsedArgs, name: string): string {
  const value = args.text(name);
  if (value === undefined) throw new TypeError(`The argument ${name} is optional`);
  return value;
}
