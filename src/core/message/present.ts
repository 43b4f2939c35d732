/** The fields that have a value: an absent field has no key. */
export function present<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  const kept: { [Field in keyof T]?: Exclude<T[Field], undefined> } = {};
  let field: keyof T;
  for (field in fields) {
    const value = fields[field];
    if (isPresent(value)) kept[field] = value;
  }
  return kept;
}

function isPresent<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
