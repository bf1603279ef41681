/** The merge is ambiguous. `layout`: only as text; based on the other side's text it may not be. */
export class AmbiguousMerge extends Error {
  readonly layout: boolean;

  constructor(why: string, layout = false) {
    super(why);
    this.layout = layout;
  }
}
