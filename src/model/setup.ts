import * as z from 'zod';

/** What a sandbox gets before programs run in it, beside the files of its tree. None of it becomes part of a result. */
export const Setup = z.strictObject({
  /** Files of the checkout that git ignores, to be copied: patterns as in `.gitignore`. Those in `.worktreeinclude` are added. */
  include: z.array(z.string().min(1)).default([]),
  /** Files or folders of the checkout, to be linked to. Who writes to them writes to the checkout. */
  link: z
    .array(
      z
        .string()
        .min(1)
        .refine(path => !/^[/\\]|(^|[/\\])\.\.?([/\\]|$)/.test(path), 'a link is a path inside the project'),
    )
    .default([]),
  /** Programs with their arguments, one after the other, without a shell. One that fails fails the step. */
  run: z.array(z.array(z.string()).min(1)).default([]),
  /** Seconds that each of them may take. */
  timeout: z.number().positive().default(600),
  /** Variables of every program that runs in the sandbox, these included. */
  env: z.record(z.string(), z.string()).default({}),
});
export type Setup = z.infer<typeof Setup>;

/** How a sandbox's files are checked out. */
export const Checkout = z.strictObject({
  /** Only these folders, and files at the top; `inherit`: as in the user's checkout. What is left out stays as it is. */
  sparse: z.union([z.literal('inherit'), z.array(z.string().min(1)).min(1)]).default('inherit'),
  /** `auto`: files of submodules that are checked out in the user's checkout, to look at. */
  submodules: z.enum(['auto', 'none']).default('none'),
  /** `skip`: large files stay the pointers they are in git. */
  lfs: z.enum(['skip', 'pull']).default('skip'),
});
export type Checkout = z.infer<typeof Checkout>;

/**
 * Where a subplan works: in a worktree, in a copy of the files that is no repository, or in its parent's own sandbox,
 * where there can only be one at a time.
 */
export const Isolation = z.enum(['worktree', 'copy', 'none']);
export type Isolation = z.infer<typeof Isolation>;
