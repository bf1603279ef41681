/** Run with `node --import tsx`, which every worker inherits: see the script `features` in package.json. */
export default {
  import: ['features/support/**/*.ts', 'features/step_definitions/**/*.ts'],
  paths: ['features/**/*.feature'],
  strict: true,
  forceExit: false,
  publish: false,
};
