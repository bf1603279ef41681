export { lintSource } from '@secretlint/core';
export { secretLintProfiler } from '@secretlint/profiler';
export { creator } from '@secretlint/secretlint-rule-preset-recommend';
