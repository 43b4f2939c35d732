// Documents and statuses as agencies write them, each with data of its own so that nothing can be remembered from the last.

import { randomBytes } from 'node:crypto';
import type { DocumentDraft, DraftAttachment } from '../../src/core/formats/edxml/write.ts';
import type { StatusMessage } from '../../src/core/message/message.ts';
import { attachmentOf } from './signed-packages.ts';

export function typicalDraft(n: number): DocumentDraft {
  return {
    kind: 'new',
    from: {
      organId: 'H99.12',
      organizationInCharge: 'UBND tỉnh Mẫu',
      organName: 'UBND huyện Mẫu',
      organAdd: 'Số 1 đường Mẫu, huyện Mẫu, tỉnh Mẫu',
      email: 'vanthu@mau.example',
      telephone: '02000000000',
      website: 'https://mau.example',
    },
    to: [1, 2, 3].map((k) => ({
      organId: `H99.12.0${k}`,
      organizationInCharge: 'UBND huyện Mẫu',
      organName: `UBND xã Mẫu ${k}`,
      email: `xa${k}@mau.example`,
    })),
    documentId: `H99.12,2026/11/20,${n}/UBND-VP`,
    code: { codeNumber: String(n), codeNotation: 'UBND-VP' },
    promulgationInfo: { place: 'Mẫu', promulgationDate: '2026-11-20' },
    documentType: { type: 2, typeDetail: 12, typeName: 'Công văn' },
    subject: `Về việc triển khai kế hoạch công tác quý IV năm 2026 trên địa bàn huyện, lần ${n}`,
    content: 'Kính gửi các đơn vị, đề nghị nghiên cứu, tổ chức thực hiện.',
    signerInfo: { competence: 'TM. ỦY BAN NHÂN DÂN', position: 'Chủ tịch', fullName: 'Nguyễn Văn Mẫu' },
    dueDate: '2026-12-20',
    otherInfo: { priority: 0, sphereOfPromulgation: 'Nội bộ ngành', promulgationAmount: 5, pageAmount: 2 },
    responseFor: [
      {
        organId: 'H99',
        code: '77/UBND-VP',
        documentId: 'H99,2026/10/01,77/UBND-VP',
        promulgationDate: '2026-10-01',
      },
    ],
    toPlaces: ['Như trên', 'Lưu: VT'],
    traceHeaders: [
      { organId: 'H99.12', timestamp: '2026-11-20T08:29:51' },
      { organId: 'H99', timestamp: '2026-11-20T08:30:02' },
    ],
    bussiness: {
      bussinessDocReason: 'Văn bản điện tử mới',
      paper: 0,
      staffInfo: {
        department: 'Văn phòng',
        staff: 'Trần Thị Mẫu',
        email: 'vanphong@mau.example',
        mobile: '0900000000',
      },
    },
  };
}

export function typicalStatus(n: number): StatusMessage {
  return {
    kind: 'status',
    from: { organId: 'H99.12.01', organizationInCharge: 'UBND huyện Mẫu', organName: 'UBND xã Mẫu 1' },
    responseFor: {
      organId: 'H99.12',
      code: `${n}/UBND-VP`,
      documentId: `H99.12,2026/11/20,${n}/UBND-VP`,
      promulgationDate: '2026-11-20',
    },
    staffInfo: { department: 'Văn phòng', staff: 'Trần Thị Mẫu', email: 'xa1@mau.example', mobile: '0900000000' },
    statusCode: '03',
    description: `Văn bản số ${n} đã được phân công xử lý`,
    timestamp: '2026-11-20T09:15:00',
  };
}

const PIECE = 65_536;

/** Files for a package of 200 MB, in pieces, without ever being in memory. */
export function largeFiles(): readonly DraftAttachment[] {
  const source = attachmentOf(randomBytes(1 << 20));
  return [1, 2, 3, 4].map((n) => ({ ...typicalFile(n, 0), content: piecesOf(source, 37_400_000) }));
}

function* piecesOf(source: Buffer, size: number): Generator<Buffer, void, undefined> {
  for (let given = 0; given < size; given += PIECE) {
    const at = given % (source.length - PIECE);
    yield source.subarray(at, at + Math.min(PIECE, size - given));
  }
}

/** A file of `size` bytes and a few more. */
export function typicalFile(n: number, size: number): DraftAttachment & { readonly content: Buffer } {
  return {
    contentId: `0d4ff2e6-3f6a-4f2b-9a55-${String(n).padStart(12, '0')}`,
    attachmentName: `cong-van-${n}.pdf`,
    description: 'Toàn văn',
    content: attachmentOf(randomBytes(size)),
  };
}
