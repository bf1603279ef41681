/** The merge is not certain. `layout`: only as text; with the other side's text as the ground it may be. */
export class AmbiguousMerge extends Error {
  readonly layout: boolean;

  constructor(why: string, layout = false) {
    super(why);
    this.layout = layout;
  }
}
