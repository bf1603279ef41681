import type { UiCommand } from '../command-context.ts';

/** Opens the inspector in a browser; shows and copies its address. */
export const inspect: UiCommand = async context => {
  const address = await context.services.inspect();
  context.services.copy(address);
  return `copied ${address} (it opens once)`;
};
