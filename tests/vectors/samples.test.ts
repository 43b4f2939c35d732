// The packages published with the national axis' own library, read from SAMPLES_DIR and never copied.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { validate } from '../../src/core/validate/validate.ts';
import { writeStatus } from '../../src/core/formats/edxml/write.ts';
import { contentsOf, rewritten, verdictOf } from '../support/open-package.ts';
import { chunksOf } from '../support/packages.ts';
import { codeOf, documentOf, notedBy, readPackage, statusOf } from '../support/read-package.ts';
import { routedBy, routedByOracle } from '../support/oracle.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const SAMPLES = process.env['SAMPLES_DIR'];

interface Expected {
  readonly kind: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly documentId: string;
}

const GOVERNMENT = '000.00.00.G22';
const ID = '000.00.00.G22,2015/09/30,7816/VPCP-TTĐT';
const PROVINCES = ['000.00.00.H41', '000.00.00.H14', '000.00.00.G17'];

const DOCUMENTS: Readonly<Record<string, Expected>> = {
  'edoc_new.edxml': { kind: 'new', from: '000.00.00.A80', to: ['28.22.H17'], documentId: ID },
  'edoc_revocation.edxml': {
    kind: 'revoke',
    from: GOVERNMENT,
    to: PROVINCES,
    documentId: ID,
  },
  'edoc_update.edxml': {
    kind: 'update',
    from: GOVERNMENT,
    to: PROVINCES,
    documentId: ID,
  },
  'edoc_replacement.edxml': {
    kind: 'replace',
    from: GOVERNMENT,
    to: PROVINCES,
    documentId: ID,
  },
};

const STATUSES: Readonly<Record<string, string>> = {
  'status.edxml': '01',
  'status_inbox_01.edxml': '01',
  'status_rejection_02.edxml': '02',
  'status_acceptance_03.edxml': '03',
  'status_assignment_04.edxml': '04',
  'status_processing_05.edxml': '05',
  'status_finish_06.edxml': '06',
  'status_cancellation_13.edxml': '13',
  'status_change-acceptance_15.edxml': '15',
  'status_change-rejection_16.edxml': '16',
};

if (SAMPLES === undefined || SAMPLES === '') {
  test('was not run: SAMPLES_DIR is not set', () => {
    process.stderr.write('samples of the national library were not run: SAMPLES_DIR is not set\n');
    expect(process.env['CI']).not.toBe('true');
  });
} else {
  const sample = (name: string): Buffer => readFileSync(join(SAMPLES, 'vxp-sdk', name));

  describe('documents', () => {
    test.each(Object.entries(DOCUMENTS))('%s', (name, { kind, from, to, documentId }) => {
      const bytes = sample(name);
      const message = documentOf(bytes);
      expect({
        kind: message.kind,
        from: message.from.organId,
        to: message.to.map(({ organId }) => organId),
        documentId: message.documentId,
      }).toEqual({
        kind,
        from,
        to,
        documentId,
      });
      expect(message).toMatchObject({
        documentType: { type: 1, typeDetail: 0, typeName: 'Công văn' },
        subject: 'V/v kết nối, liên thông phần mềm quản lý văn bản',
        dueDate: '2018-09-28',
        steeringType: 1,
        otherInfo: { priority: 0, pageAmount: 22, direction: false },
        traceHeaders: [{ organId: GOVERNMENT, timestamp: '2018-09-28T00:00:00' }],
        attachments: [
          {
            contentId: '209',
            attachmentName: '1896_QD-TTg_m_294779.doc',
            contentType: 'application/zip',
            mediaType: 'application/zip',
            opened: { mediaType: 'application/xml', size: 386_303, method: 'deflated' },
          },
        ],
      });
      expect(notedBy(readPackage(bytes))).toEqual(['element-order', 'attachment-opened']);
      expect(validate(message, NOW).filter(({ severity }) => severity === 'error')).toEqual([]);
    });

    test('what an update and a replacement say of other documents', () => {
      expect(documentOf(sample('edoc_update.edxml')).bussiness).toMatchObject({
        documentId: '000.00.00.G22,2014/02/30,7806/VPCP-TTĐT',
        documentInfo: true,
        documentReceiver: true,
        receiverList: [
          { organId: '000.00.00.H41', receiverType: 'removed' },
          { organId: '000.00.00.H14', receiverType: 'added' },
        ],
      });
      expect(documentOf(sample('edoc_replacement.edxml')).bussiness?.replacementInfoList).toEqual([
        { documentId: '000.00.00.G22,2014/01/30,7806/VPCP-TTĐT', organIdList: ['000.00.00.H41', '000.00.00.H14'] },
      ]);
      expect(documentOf(sample('edoc_revocation.edxml')).responseFor).toEqual([
        {
          organId: '000.00.00.H14',
          code: '267/VPCP-TTĐT',
          documentId: '000.00.04.G14,2012/08/06,267/VPCP-TTĐT',
          promulgationDate: '2018-09-28',
        },
      ]);
    });

    test.each(Object.keys(DOCUMENTS))('%s, written strictly, says the same with nothing to note', async (name) => {
      const written = await rewritten(sample(name));
      expect(verdictOf(written)).toEqual([]);
      expect(contentsOf(written)).toEqual(contentsOf(sample(name)));
      // Out of its archive, a file of this name travels as it is; what the library packed here is a package under that name.
      expect(documentOf(written).attachments).toMatchObject([
        { contentType: 'application/doc', mediaType: 'application/xml' },
      ]);
      expect((await rewritten(written)).equals(written)).toBe(true);
    });
  });

  describe('statuses', () => {
    test.each(Object.entries(STATUSES))('%s', (name, code) => {
      const status = statusOf(sample(name));
      const asked = code === '13';
      expect(status).toMatchObject({
        statusCode: code,
        from: { organId: asked ? GOVERNMENT : '000.00.00.H41' },
        responseFor: { organId: asked ? '000.00.00.H41' : GOVERNMENT, code: '7816/VPCP-TTĐT', documentId: ID },
      });
      expect(notedBy(readPackage(sample(name)))).toEqual(name === 'status.edxml' ? [] : ['element-order']);
      expect(validate(status, NOW)).toEqual([]);
      const written = writeStatus(status);
      expect(statusOf(written)).toEqual(status);
      expect(verdictOf(written)).toEqual([]);
    });
  });

  test('the template with an undeclared prefix is no well-formed XML', () => {
    expect(codeOf(readPackage(sample('edoc.edxml')))).toBe('xml-not-well-formed');
  });

  test('digits before the prolog are no well-formed XML either', () => {
    const result = readPackage(sample('edoc_new_malformed_prefix.edxml'));
    expect(result).toMatchObject({ ok: false, code: 'xml-not-well-formed', facts: { offset: 0 } });
  });

  test.each([...Object.keys(DOCUMENTS), ...Object.keys(STATUSES)])(
    '%s: an independent reader routes it alike',
    (name) => {
      const result = readPackage(sample(name));
      expect(result.ok && routedBy(result.value.message)).toEqual(routedByOracle(sample(name)));
    },
  );

  test.each([...Object.keys(DOCUMENTS), ...Object.keys(STATUSES)])('%s: chunks make no difference', (name) => {
    expect(readPackage(chunksOf(sample(name), [1, 2, 3, 5, 8, 13, 4096]))).toEqual(readPackage(sample(name)));
  });

  test.each(['sendEdoc.http', 'sendEdoc-to.http', 'sendEdoc-status.http'])(
    '%s: the library’s own writing leaves nothing to note',
    (name) => {
      const wire = readFileSync(join(SAMPLES, 'vxp-wire', name));
      const result = readPackage(wire.subarray(wire.indexOf('<?xml')));
      expect(codeOf(result)).toBe('ok');
      expect(notedBy(result)).toEqual([]);
    },
  );
}
