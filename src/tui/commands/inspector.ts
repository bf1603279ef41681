import type { UiCommand } from '../command-context.ts';

/** The inspector's page, in a browser: its address is shown and copied. */
export const inspect: UiCommand = async context => {
  const address = await context.services.inspect();
  context.services.copy(address);
  return `copied ${address} (it opens once)`;
};
