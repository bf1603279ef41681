import * as z from 'zod';

/** A ULID: 26 characters of Crockford's base 32, upper case. */
export const Id = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'expected a ULID: 26 characters of 0-9 A-H J K M N P-T V-Z');
export type Id = z.infer<typeof Id>;
