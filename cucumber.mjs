import { tempFolder } from './test/temp-space.ts';

// Workers and everything they start inherit it.
process.env.TMPDIR = tempFolder();

const steps = {
  import: ['features/support/**/*.ts', 'features/step_definitions/**/*.ts'],
  strict: true,
  parallel: 2,
};

/** Every promise, kept through the doors, in process. Run with `node --import tsx`: see the script `features`. */
export default steps;

/** The promises that are also kept to somebody who types: the same scenarios through the command line, without a process for each command. */
export const terminal = { ...steps, tags: '@terminal', worldParameters: { driver: 'terminal' } };

/** The promises that are also kept by a program that dies after every commit and is started again. */
export const durable = { ...steps, tags: '@durable', worldParameters: { driver: 'crash' } };
