import * as z from 'zod';

/** The variables that an agent's description gives to its program. */
export const ProgramEnvironment = z
  .record(z.string(), z.string())
  .default({})
  .meta({ description: 'Environment variables of the program.', examples: [{ LOG_LEVEL: 'debug' }] });
