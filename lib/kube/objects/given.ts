/** The properties that are given: one that is `undefined` is left out, so that it does not take the place of a default. */
export function given<T extends object>(props: T | undefined): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(props ?? {}).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
