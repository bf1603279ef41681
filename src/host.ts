/** The door `troupe/host`: who owns a store, so that two processes on one project know of each other. */
export { type OwnedStoreOptions, Owner, ownedStore, ownerOf } from './host/owner.ts';
