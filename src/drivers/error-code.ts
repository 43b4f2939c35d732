/** The name an error goes by: of the operating system (`ENOENT`) or of PostgreSQL (`23505`); empty when it has none. */
export function codeOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error;
  return coded && typeof error.code === 'string' ? error.code : '';
}
