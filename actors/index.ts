/** Every effect of the contract, by name. */
export { apply } from './apply.ts';
export { check } from './check.ts';
export { collect } from './collect.ts';
export { dismiss } from './dismiss.ts';
export { enlist } from './enlist.ts';
export { estimate } from './estimate.ts';
export { execute } from './execute.ts';
export { fix } from './fix.ts';
export { fold } from './fold.ts';
export { place } from './place.ts';
export { preflight } from './preflight.ts';
export { prepare } from './prepare.ts';
export { recover } from './recover.ts';
export { review } from './review.ts';
export { settle } from './settle.ts';
export { strategize } from './strategize.ts';
export { validate } from './validate.ts';
export type { RecordedCall, ToolBench, World } from './world.ts';
