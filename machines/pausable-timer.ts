/**
 * Returns the id of a delayed event that measures working time. In a durable system, cancelling such a timer keeps
 * its remaining time; raising it again resumes it; raising it while it runs has no effect. To restart from the full
 * time, use a new id.
 */
export function pausableTimerId(name: string): string {
  return `timer/${name}`;
}
