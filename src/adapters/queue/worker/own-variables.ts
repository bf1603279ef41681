/**
 * Variables that say which programs, libraries and settings are loaded: a worker takes them from its own environment alone. Otherwise a
 * job could have an allowed program load code of the job.
 */
const loading = new RegExp(
  `^(?:${[
    ...['PATH', 'HOME', 'XDG_.*', 'LD_.*', 'DYLD_.*', 'GCONV_PATH', 'TROUPE_PROCESS_TAG'],
    ...[
      'ENV',
      'BASH_ENV',
      'BASH_FUNC_.*',
      'BASHOPTS',
      'SHELLOPTS',
      'PS4',
      'ZDOTDIR',
      'SHELL',
      'EDITOR',
      'VISUAL',
      'PAGER',
    ],
    ...['GIT_.*', 'NODE_OPTIONS', 'NODE_PATH', 'NPM_CONFIG_.*', 'PYTHON.*', 'PERL5.*', 'PERLLIB', 'RUBYOPT', 'RUBYLIB'],
    ...['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS', 'CLASSPATH', 'MAKEFLAGS', 'RUSTC_WRAPPER', 'GOFLAGS'],
  ].join('|')})$`,
  'i',
);

/** Returns the variables that came with a job, without those that only the worker decides. */
export function withoutLoading(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !loading.test(name)));
}
