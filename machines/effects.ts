/** Re-exported for the machines. The types are in src/model because the effects in actors/ share them. */
export type * from '../src/model/bisection-request.ts';
export type * from '../src/model/child-plan.ts';
export type * from '../src/model/effects.ts';
