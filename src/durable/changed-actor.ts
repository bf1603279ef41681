/** An actor whose state changed in a tick. */
export interface ChangedActor {
  uid: string;
  id: string;
  src: string | null;
  snapshot: unknown;
}
