import * as z from 'zod';
import { idPattern } from './is-id.ts';

/** A ULID: 26 characters of Crockford's base 32, upper case. */
export const Id = z.string().regex(idPattern, 'expected a ULID: 26 characters of 0-9 A-H J K M N P-T V-Z');
export type Id = z.infer<typeof Id>;
