/** Tags as the AWS calls take them, in the order of their keys; `undefined` when there are none. */
export function tagList(
  tags: Readonly<Record<string, string>> | undefined,
): { Key: string; Value: string }[] | undefined {
  const entries = Object.entries(tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : entries.map(([Key, Value]) => ({ Key, Value }));
}

/** What has to be set and what has to be removed to come from one set of tags to another. */
export function tagChanges(
  old: Readonly<Record<string, string>> = {},
  wanted: Readonly<Record<string, string>> = {},
): { readonly set: { Key: string; Value: string }[] | undefined; readonly remove: string[] } {
  const changed = Object.entries(wanted).filter(([key, value]) => old[key] !== value);
  return {
    set: tagList(Object.fromEntries(changed)),
    remove: Object.keys(old).filter((key) => !Object.hasOwn(wanted, key)),
  };
}
