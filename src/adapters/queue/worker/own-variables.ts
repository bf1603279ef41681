/** Variables that say which programs and libraries are loaded: a worker takes them from its own environment alone. */
const loading =
  /^(?:PATH|HOME|LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|BASH_ENV|ENV|PYTHONPATH|PYTHONSTARTUP|PERL5OPT|RUBYOPT|JAVA_TOOL_OPTIONS|TROUPE_PROCESS_TAG)$/i;

/** Returns the variables that came with a job, without those that only the worker decides. */
export function withoutLoading(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !loading.test(name)));
}
