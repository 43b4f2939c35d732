// Bodies of multipart/form-data, well made and otherwise.

export const BOUNDARY = 'ranh-gioi-thu';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export interface FormPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  /** Lines besides, each whole. */
  readonly headers?: readonly string[];
  readonly content: Buffer | string;
}

export function formOf(parts: readonly FormPart[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const pieces = parts.flatMap(({ name, filename, type, headers = [], content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    const lines = [
      `Content-Disposition: form-data; name="${name}"${file}`,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      ...headers,
    ];
    return [Buffer.from(`--${BOUNDARY}\r\n${lines.join('\r\n')}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

export function metadataPart(fields: object): FormPart {
  return { name: 'metadata', type: 'application/json', content: JSON.stringify(fields) };
}

export function filePart(filename: string, content: Buffer): FormPart {
  return { name: 'file', filename, type: 'application/pdf', content };
}
