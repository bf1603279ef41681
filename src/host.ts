/**
 * Entry point `troupe/host`: shares one Troupe between all processes that use a store. The first process owns the
 * store; the others send it their requests.
 */

export { findOwner } from './host/find-owner.ts';
export { limits } from './host/limits.ts';
export { createOutputRegistry, type OutputRegistry } from './host/output-registry.ts';
export { type OwnedStoreOptions, type Owner, ownedStore, readOwner } from './host/owner-file.ts';
export type { SharedTroupe, SharedTroupeOptions, StartedOwner } from './host/shared-troupe.ts';
export { attach } from './host/socket-transport.ts';
export { packageVersion } from './host/version.ts';
export { openOrAttach, socketEnvironment } from './open-or-attach.ts';
