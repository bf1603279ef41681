/** Keys whose value may be undefined become optional: under `exactOptionalPropertyTypes` the two differ. */
type WithoutUndefined<Values> = {
  [Key in keyof Values as undefined extends Values[Key] ? never : Key]: Values[Key];
} & {
  [Key in keyof Values as undefined extends Values[Key] ? Key : never]?: Exclude<Values[Key], undefined>;
};

/** Leaves out the keys whose value is undefined: `{ ...omitUndefined({ path, hunk }) }`. */
export function omitUndefined<Values extends object>(values: Values): WithoutUndefined<Values> {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as WithoutUndefined<Values>;
}
