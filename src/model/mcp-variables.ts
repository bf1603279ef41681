const reference = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** A server of the Model Context Protocol, as far as it may name variables. */
interface ServerTexts {
  env?: Record<string, string> | undefined;
  headers?: Record<string, string> | undefined;
  url?: string | undefined;
  args?: string[] | undefined;
}

/** The texts of a server that may name variables. */
const textsOf = ({ env = {}, headers = {}, url = '', args = [] }: ServerTexts): string[] => [
  ...[url, ...args],
  ...Object.values(env),
  ...Object.values(headers),
];

/** Returns the names of the environment variables that a server gets. */
export function variablesOf(server: ServerTexts): string[] {
  return [...new Set(textsOf(server).flatMap(namesIn))];
}

/** Replaces `${NAME}` by the value of the variable, and `${NAME:-default}` by the default if it is not set. */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(reference, (_, name: string, fallback = '') => variables[name] ?? fallback);
}

/** Returns the variables without a default that a server needs and that are not set. */
export function missingVariables(server: ServerTexts, variables: Readonly<Record<string, string>>): string[] {
  const found = textsOf(server).flatMap(text => [...text.matchAll(reference)]);
  const needed = found.flatMap(([, name = '', fallback]) => (fallback === undefined ? [name] : []));
  return [...new Set(needed)].filter(name => variables[name] === undefined);
}

/** Returns the names of the variables that a text refers to. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(reference)].map(([, name = '']) => name);
}
