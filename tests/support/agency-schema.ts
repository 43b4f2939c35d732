// `schemas/agency-package.schema.json`: what checks `metadata.json`, with the words of its fields.

import { z } from 'zod';
import { Metadata } from '../../src/core/formats/agency/metadata.ts';
import { DOCUMENT_FIELDS, FILE_FIELDS, STATUS_FIELDS, type FieldTable } from '../../src/core/message/fields.ts';
import { pathsOf, rowsOf, type FieldPaths } from '../../src/core/message/rows.ts';
import { fieldWords } from '../../src/texts/fields.ts';

/** What people are told of a row of the table. */
export function meaningOf(
  { message, element }: FieldPaths,
  fields: FieldTable,
): { readonly vi: string; readonly en: string } {
  const header = fields === STATUS_FIELDS ? 'Status' : 'MessageHeader';
  const path = (element ?? capitalised(message)).replaceAll('[]', '').replace('MessageHeader', header).split('/');
  const words = fieldWords(path);
  if (words === undefined) throw new Error(`${message} has no words in src/texts/fields.ts`);
  const { vi, en, detail } = words;
  return { vi: detail === undefined ? vi : `${vi} (${detail})`, en };
}

/** Fields that are no element have words all the same. */
function capitalised(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What a container adds to a file, and members whose values are not those of the elements. */
const CHECKED = 'để đối chiếu; bỏ trống cũng được';
const MEANINGS: Readonly<Record<string, string>> = {
  'files[]': 'Các tệp của văn bản',
  'files[].size': `Kích thước tệp tính bằng byte, ${CHECKED}`,
  'files[].sha256': `Mã băm SHA-256 của tệp, ${CHECKED}`,
  'files[].part': 'Tên của tệp trong ZIP hoặc biểu mẫu, khi khác với tên tệp',
  kind: 'Loại nghiệp vụ: new mới, revoke thu hồi, update cập nhật, replace thay thế',
  'bussiness.documentInfo': 'Thay đổi thông tin văn bản (true có, false không)',
  'bussiness.documentReceiver': 'Thay đổi nơi nhận (true có, false không)',
  'bussiness.receiverList[].receiverType': 'Loại thay đổi nơi nhận (removed bỏ khỏi danh sách, added thêm vào)',
};

const STATUS_MEANINGS = { kind: 'Trạng thái xử lý văn bản' };

/** `metadata.json`, each member with what it means and the element that it becomes. */
export function agencyPackage(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(Metadata, { io: 'input' });
  const files = pathsOf(rowsOf(FILE_FIELDS)).map((paths) => ({
    ...paths,
    message: `files[].${paths.message === 'attachmentName' ? 'name' : paths.message}`,
  }));
  const tables = [[...pathsOf(rowsOf(DOCUMENT_FIELDS)), ...files], pathsOf(rowsOf(STATUS_FIELDS))];
  (schema.oneOf ?? schema.anyOf ?? []).forEach((kind, index) => {
    const rows = new Map((tables[index] ?? []).map((row) => [row.message, row]));
    describeMembers(kind, '', (path) => {
      const row = rows.get(path) ?? rows.get(`${path}[]`);
      const fixed: Readonly<Record<string, string>> = index === 1 ? { ...MEANINGS, ...STATUS_MEANINGS } : MEANINGS;
      const meaning =
        fixed[path] ?? fixed[`${path}[]`] ?? (row && meaningOf(row, index === 1 ? STATUS_FIELDS : DOCUMENT_FIELDS).vi);
      return row?.element == null ? meaning : `${meaning} (edXML: ${row.element})`;
    });
  });
  return schema;
}

function describeMembers(
  schema: z.core.JSONSchema.BaseSchema,
  above: string,
  meaning: (path: string) => string | undefined,
): void {
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (typeof member === 'boolean') continue;
    const path = `${above}${name}`;
    const description = meaning(path);
    if (description !== undefined) member.description = description;
    describeMembers(member, `${path}.`, meaning);
    const { items } = member;
    if (typeof items === 'object' && !Array.isArray(items)) describeMembers(items, `${path}[].`, meaning);
  }
}
