import * as z from 'zod';

/** The plan of a call. */
export const planIdArgument = z
  .string()
  .min(1)
  .optional()
  .describe('Id of the plan, or an unambiguous beginning or end of it. Default: the newest.');

/** The plan of a call that must not hit another one. */
export const planRequired = z.string().min(1).describe('Id of the plan, or an unambiguous beginning or end of it.');
