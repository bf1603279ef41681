import { systemClock } from './adapters/clocks/system-clock.ts';
import type { Troupe } from './runtime/api.ts';
import { type LiveView, type LiveViewOptions, watchPlans as watch } from './runtime/views/live-view.ts';

/**
 * Keeps an up-to-date view of all plans, as a user interface needs it. Works with any Troupe: this process's own or
 * one that another process owns.
 *
 * @example
 * await using view = watchPlans(troupe);
 * view.subscribe(events => console.log(events.length, 'events,', Object.keys(view.snapshot().plans).length, 'plans'));
 */
export function watchPlans(troupe: Troupe, options: Partial<LiveViewOptions> = {}): LiveView {
  return watch(troupe, { clock: systemClock(), ...options });
}
