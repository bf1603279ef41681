import * as z from 'zod';

/** What a sandbox gets, besides the files of its tree, before programs run in it. None of it becomes part of a result. */
export const Setup = z.strictObject({
  include: z
    .array(z.string().min(1))
    .default([])
    .meta({
      description:
        'Files of your checkout that git ignores, to copy: patterns as in `.gitignore`. Those in `.worktreeinclude` are added.',
      examples: [['.env', 'config/*.local']],
    }),
  link: z
    .array(
      z
        .string()
        .min(1)
        .refine(path => !/^[/\\]|(^|[/\\])\.\.?([/\\]|$)/.test(path), 'a link is a path inside the project'),
    )
    .default([])
    .meta({
      description:
        'Files or folders of your checkout to link to. A program that writes to one writes to your checkout.',
      examples: [['node_modules']],
    }),
  run: z
    .array(z.array(z.string()).min(1))
    .default([])
    .meta({
      description:
        'Programs with their arguments, run one after the other without a shell. One that fails, fails the step with SETUP_FAILED.',
      examples: [[['npm', 'run', 'generate']]],
    }),
  timeout: z
    .number()
    .positive()
    .default(600)
    .meta({ description: 'Seconds each of them may take.', examples: [120] }),
  env: z
    .record(z.string(), z.string())
    .default({})
    .meta({
      description: 'Environment variables of every program in the sandbox, these included.',
      examples: [{ NODE_ENV: 'test' }],
    }),
});
export type Setup = z.infer<typeof Setup>;

/** How a sandbox's files are checked out. */
export const Checkout = z.strictObject({
  sparse: z
    .union([z.literal('inherit'), z.array(z.string().min(1)).min(1)])
    .default('inherit')
    .meta({
      description:
        'Folders to check out, besides the files at the top. `inherit`: those of your own checkout. Files that are not checked out stay unchanged.',
      examples: [['src', 'docs']],
    }),
  submodules: z.enum(['auto', 'none']).default('none').meta({
    description:
      '`auto` shows the files of submodules that your checkout has; changes in them are not part of the result. `none` leaves their folders empty.',
  }),
  lfs: z
    .enum(['skip', 'pull'])
    .default('skip')
    .meta({ description: '`pull` lets git-lfs fetch large files; with `skip` they stay pointers.' }),
});
export type Checkout = z.infer<typeof Checkout>;

/**
 * Where a subplan works: in a worktree, in a copy of the files without a repository, or in its parent's sandbox,
 * where only one can work at a time.
 */
export const Isolation = z.enum(['worktree', 'copy', 'none']);
export type Isolation = z.infer<typeof Isolation>;
