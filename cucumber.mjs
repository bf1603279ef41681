import { tempFolder } from './test/temp-space.ts';

// Workers and everything they start inherit it.
process.env.TMPDIR = tempFolder();

const steps = {
  import: ['features/support/**/*.ts', 'features/step_definitions/**/*.ts'],
  strict: true,
  parallel: 2,
};

/** Every scenario through the entry points, in process. Run with `node --import tsx`: see the script `features`. */
export default steps;

/** The same scenarios through the command line, without a process for each command. */
export const terminal = { ...steps, tags: '@terminal', worldParameters: { driver: 'terminal' } };

/** The same scenarios in a program that crashes after every commit and is started again. */
export const durable = { ...steps, tags: '@durable', worldParameters: { driver: 'crash' } };
