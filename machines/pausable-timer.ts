/**
 * The id of a delayed event that measures time at work. In a durable system such a timer, cancelled, keeps what is left of
 * it; raised again it goes on from there; raised while it runs it is the same. A time that is to begin anew has a new id.
 */
export function pausableTimerId(name: string): string {
  return `timer/${name}`;
}
