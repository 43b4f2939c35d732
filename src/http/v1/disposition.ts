/**
 * `Content-Disposition` of a file to be saved and never shown: what is served was made by others. `fallback`: a name in
 * ASCII for clients that do not read RFC 8187.
 */
export function contentDisposition(name: string, fallback: string): string {
  return `attachment; filename="${fallback}"; filename*=UTF-8''${encodeName(name)}`;
}

/** RFC 8187: what encodeURIComponent leaves but the header grammar does not allow is escaped too. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
