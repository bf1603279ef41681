/** Incremented when a key is removed or changes its meaning; new keys do not increment it. */
export const schemaVersion = 1;
