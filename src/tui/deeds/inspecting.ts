import type { Deed } from '../hand.ts';

/** The inspector's page, in a browser: its address is shown and copied. */
export const inspect: Deed = async hand => {
  const address = await hand.outside.inspect();
  hand.outside.copy(address);
  return `copied ${address} (it opens once)`;
};
