/**
 * A lock file and its versions on two sides, found by search. Ours adds `added` and deletes `two`; theirs marks `one` for
 * development. The entries have the same lines, so that a merge by lines marks `added`, in git as well.
 */
const engines = { node: '18' };
const entry = (version: string, more: Record<string, unknown> = {}) => ({ version, ...more });
const plain = (version: string) => entry(version, { license: 'MIT', engines });

const zero = { zero: entry('0') };
const [one, two] = [{ one: plain('1') }, { two: entry('2', { engines }) }];
const rest = { three: entry('3', { dev: true }), four: entry('4', { dev: true }) };
const last = { five: entry('5', { license: 'MIT', engines, dev: true }) };

const base = { ...zero, ...one, ...two, ...rest, ...last };
const ours = { ...zero, added: plain('100'), ...one, ...rest, later: entry('104', { license: 'MIT' }), ...last };
const theirs = { ...zero, one: entry('1', { license: 'MIT', dev: true }), ...two, ...rest, ...last };

/** Base, ours and theirs. */
export const lockFiles = [base, ours, theirs].map(each => `${JSON.stringify(each, null, 2)}\n`);
