/**
 * `Content-Disposition` of a file that a browser saves and never shows, because other parties made it. `fallback`: a
 * name in ASCII for clients that do not read RFC 8187.
 */
export function contentDisposition(name: string, fallback: string): string {
  return `attachment; filename="${fallback}"; filename*=UTF-8''${encodeName(name)}`;
}

/** RFC 8187: also escapes characters that encodeURIComponent leaves and the header grammar forbids. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
