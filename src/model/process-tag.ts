/** What the processes of a plan carry in their environment, so that they can be found after a crash of ours too. */

const hooks = '/hooks/';

/** Of the git that commits a result, and of the hooks and the signing program it runs. `apply` names the try. */
export const hookProcessTag = (planId: string, apply: string): string => `${planId}${hooks}${apply}`;

export const isHookProcessTag = (processTag: string): boolean => processTag.includes(hooks);
