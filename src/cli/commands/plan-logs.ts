import { Fault } from '../../index.ts';
import { cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Context, Run } from '../verb.ts';

/** A log has no end; what is kept in memory for `--json` has. */
const linesMax = 10_000;

export const run: Run = async context => {
  const tail = tailOf(context);
  // A pipe ends in a terminal often enough: what could clear it, or write to its clipboard, passes only when asked for.
  const shown = context.given.has('raw') ? (line: string) => line : cleanText;
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const follows = context.given.has('follow') && !(await plan.record()).resting;
  const lines: string[] = [];
  let dropped = 0;
  const rested = new AbortController();
  const letGo = context.interrupts.hold(() => rested.abort());
  if (follows) void plan.settled({ signal: rested.signal }).finally(() => rested.abort());
  for await (const line of plan.logs(follows ? { follow: true, signal: rested.signal } : {})) {
    lines.push(shown(line));
    // Followed lines are talk as they come; the result has the last of them.
    if (follows) context.say(shown(line));
    if (lines.length > tail) {
      lines.shift();
      dropped += 1;
    }
  }
  letGo();
  return { data: { plan_id: plan.id, lines, dropped }, text: follows ? '' : lines.join('\n') };
};

function tailOf({ given }: Context): number {
  const typed = given.text('tail');
  if (typed === undefined) return linesMax;
  if (/^\d+$/.test(typed)) return Math.min(linesMax, Number(typed));
  throw new Fault('USAGE', `--tail takes a number of lines, not "${typed}"`, { hints: ['troupe plan logs --tail 20'] });
}
