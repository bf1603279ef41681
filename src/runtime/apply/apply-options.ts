import type { CommitTrailers, PostApplyHook } from '../../model/apply.ts';
import type { ApplyTarget } from '../../model/target.ts';

/** Options of `Plan.apply` and `Plan.previewApply`. */
export interface ApplyOptions {
  /** @default the target of earlier parts, or else the checkout and the branch the plan was created on */
  target?: ApplyTarget;
  /**
   * Your current checkout. When no target is given and the plan was created in another checkout, you are asked.
   * @default the one where the plan was created
   */
  from?: string;
  /** Paths, folders, and hunks as `path#2`: apply only these, once the validations pass for them alone. @default all */
  only?: string[];
  /** Discard what `only` excludes, and finish the plan. @default it stays and can be applied later */
  discardRest?: boolean;
  /** Apply completed subplans; the plan continues from there. */
  finished?: boolean;
  /** Only these subplans, by id or a prefix or suffix of one, with their dependencies. @default all completed ones */
  subplans?: string[];
  /** Apply only if the tree is still the `treeOid` of the preview. @default apply the current result */
  expectedTree?: string;
  /** Trailers of the commit. @default the action's */
  commit?: CommitTrailers;
  /** Runs in the project after the apply. @default the action's */
  postApply?: PostApplyHook;
}
