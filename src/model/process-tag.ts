/** The process tags of a plan: an environment variable by which its processes are found, even after a crash. */

const hooks = '/hooks/';

/** Tag of the git process that commits a result, and of its hooks and signing program. `apply` names the attempt. */
export const hookProcessTag = (planId: string, apply: string): string => `${planId}${hooks}${apply}`;

export const isHookProcessTag = (processTag: string): boolean => processTag.includes(hooks);
