// A vector for each bad signature (S1 to S30, src/docs/threats.md 11), and for what must pass beside them.

import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { issue } from '../../certs/authority.ts';
import { LEAF_NAME, type PkiMaterial, type TestPki, createTestPki, material } from '../../certs/test-pki.ts';
import { parseCertificate } from '../../src/core/pki/certificate.ts';
import { matchByKey, matchBySubject } from '../../src/core/pki/enrolment.ts';
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, INCLUSIVE_C14N } from '../../src/core/signature/algorithms.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import { documentPackage, statusPackage } from '../support/packages.ts';
import { STRICT_PACKAGE } from '../../src/core/registry/profile.ts';
import {
  DSIG,
  HEADER_END,
  type SignatureParts,
  craft,
  judge,
  pss,
  withSignature,
  x509Data,
} from './signed-packages.ts';

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const unsigned = documentPackage().toString('utf8');
let pki: TestPki;
let ec: PkiMaterial;
let rsa: PkiMaterial;
/** Signed by signPackage, and its parts. */
let signed: string;
let signature: string;
let digest: string;

const between = (text: string, start: string, end: string): string =>
  text.slice(text.indexOf(start) + start.length, text.indexOf(end));
const signerOf = (made: PkiMaterial) => ({
  algorithm: made.key.asymmetricKeyType === 'rsa' ? ('RS256' as const) : ('ES256' as const),
  certificates: made.certificates,
  sign: (data: Buffer) => Promise.resolve(sign('sha256', data, made.key)),
});

beforeAll(async () => {
  pki = await createTestPki(new Date());
  ec = material(pki);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  rsa = material(pki, { publicKey: createPublicKey(privateKey) }, { key: privateKey });
  signed = (await signPackage(unsigned, signerOf(ec))).toString('utf8');
  signature = signed.slice(signed.indexOf('<Signature'), signed.indexOf(HEADER_END));
  digest = between(signature, '<DigestValue>', '</DigestValue>');
});

/** A package whose signature is right but for these parts. */
function crafted(change: Partial<SignatureParts>, made: PkiMaterial = ec): string {
  return withSignature(unsigned, craft(made, { references: [{ digestValue: digest }], ...change }));
}

describe('what is right passes', () => {
  test.each<[string, () => PkiMaterial, Partial<SignatureParts>]>([
    ['ECDSA P-256 with SHA-256', () => ec, {}],
    [
      'ECDSA P-256 with SHA-384',
      () => ec,
      {
        signatureMethod: `${MORE}ecdsa-sha384`,
        value: (data) => sign('sha384', data, { key: ec.key, dsaEncoding: 'ieee-p1363' }),
      },
    ],
    ['RSA PKCS#1 with SHA-256', () => rsa, {}],
    [
      'RSA PKCS#1 with SHA-512',
      () => rsa,
      { signatureMethod: `${MORE}rsa-sha512`, value: (data) => sign('sha512', data, rsa.key) },
    ],
    [
      'RSA-PSS with SHA-256',
      () => rsa,
      {
        signatureMethod: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
        value: (data) => pss(rsa.key, 'sha256', 32)(data),
      },
    ],
  ])('%s', (_, made, parts) => {
    expect(judge(crafted(parts, made()), made()).code).toBe('passed');
  });

  test('inclusive canonical form of the document', async () => {
    const { SignedXml } = await import('xml-crypto');
    const signer = new SignedXml({
      privateKey: rsa.key,
      signatureAlgorithm: `${MORE}rsa-sha256`,
      canonicalizationAlgorithm: INCLUSIVE_C14N,
      getKeyInfoContent: () => x509Data(rsa.certificates),
    });
    signer.addReference({
      xpath: '/*',
      isEmptyUri: true,
      uri: '',
      transforms: [ENVELOPED_SIGNATURE, INCLUSIVE_C14N],
      digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha512',
    });
    signer.computeSignature(unsigned, {
      location: { reference: "//*[local-name(.)='edXMLHeader']", action: 'append' },
    });
    expect(judge(signer.getSignedXml(), rsa).code).toBe('passed');
  });

  test('text in decomposed Unicode (S26)', async () => {
    const text = documentPackage({ fields: { Subject: 'Tiếng Việt tổ hợp'.normalize('NFD') } });
    expect(judge(await signPackage(text, signerOf(ec)), ec).code).toBe('passed');
  });

  test('line ends of Windows, references and CDATA', async () => {
    const text = documentPackage({
      dialect: { lineEnd: '\r\n' },
      fields: { Subject: { raw: 'Một &amp; hai &#xD; <![CDATA[ba < bốn]]>' } },
    });
    expect(judge(await signPackage(text, signerOf(ec)), ec).code).toBe('passed');
  });

  test('a status without signature, because the connection vouches for it', () => {
    const { code, report } = judge(statusPackage(), ec);
    expect(code).toBe('passed');
    expect(report?.findings.map((finding) => finding.code)).toEqual(['envelope-unsigned']);
  });

  test('a signed status', async () => {
    expect(judge(await signPackage(statusPackage(), signerOf(ec)), ec).code).toBe('passed');
  });
});

test('a status with a broken signature fails: broken is never taken for absent', async () => {
  const status = (await signPackage(statusPackage(), signerOf(ec))).toString('utf8');
  expect(judge(status.replace('Đã đến', 'Đã đi'), ec).code).toBe('signature-invalid');
});

const replaced = (from: string | RegExp, to: string | (() => string)) => (): string => {
  const text = signed.replace(from, typeof to === 'string' ? () => to : to);
  if (text === signed) throw new Error(`nothing to replace: ${String(from)}`);
  return text;
};
const flip = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return bytes.toString('base64');
};
const value = (): string => between(signature, '<SignatureValue>', '</SignatureValue>');
const withTransforms =
  (...transforms: readonly string[]) =>
  () =>
    crafted({ references: [{ digestValue: digest, transforms }] });
const withUri = (uri: string | null) => () => crafted({ references: [{ digestValue: digest, uri }] });
const method = (signatureMethod: string) => () => crafted({ signatureMethod });

const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
const XPATH_FILTER = 'http://www.w3.org/2002/06/xmldsig-filter2';
const XSLT = 'http://www.w3.org/TR/1999/REC-xslt-19991116';

describe('each bad signature has its code', () => {
  test.each<[row: string, what: string, make: () => string | Promise<string>, code: string]>([
    ['S1', 'no signature', () => unsigned, 'signature-missing'],
    [
      'S2',
      'empty Signature',
      () => withSignature(unsigned, `<Signature xmlns="${DSIG}"></Signature>`),
      'signature-malformed',
    ],
    ['S2', 'no SignedInfo', replaced(/<SignedInfo>.*<\/SignedInfo>/s, ''), 'signature-malformed'],
    ['S2', 'no Reference', replaced(/<Reference.*<\/Reference>/s, ''), 'signature-malformed'],
    ['S3', 'two signatures', () => withSignature(signed, signature), 'signature-duplicated'],
    [
      'S4',
      'two SignedInfo',
      replaced(/<SignedInfo>.*<\/SignedInfo>/s, () => /<SignedInfo>.*<\/SignedInfo>/s.exec(signature)![0].repeat(2)),
      'signature-malformed',
    ],
    ['S5', 'comment in DigestValue', replaced('<DigestValue>', '<DigestValue><!-- x -->'), 'signature-malformed'],
    ['S6', 'subject changed', replaced('V/v kết nối', 'V/v cắt kết nối'), 'signature-invalid'],
    ['S6', 'attachment changed', replaced(/JVBERi0/, 'JVBERi1'), 'signature-invalid'],
    [
      'S6',
      'a comment taken away changes nothing, an element does',
      replaced('<edXML:Position>Chủ tịch</edXML:Position>', ''),
      'signature-invalid',
    ],
    [
      'S6',
      'digest changed with the content',
      () => {
        const changed = unsigned.replace('V/v kết nối', 'V/v cắt kết nối');
        return withSignature(changed, signature.replace(digest, createHash('sha256').update(changed).digest('base64')));
      },
      'signature-invalid',
    ],
    ['S7', 'value one bit off', () => signed.replace(value(), () => flip(value())), 'signature-invalid'],
    ['S8', 'value empty', () => signed.replace(value(), ''), 'signature-malformed'],
    [
      'S8',
      'value of 1 MB',
      () => signed.replace(value(), () => Buffer.alloc(1024 * 1024).toString('base64')),
      'signature-malformed',
    ],
    ['S10', 'reference to the envelope only', withUri('#envelope'), 'signature-scope-mismatch'],
    [
      'S11',
      'reference to its own Object',
      () => crafted({ references: [{ uri: '#own', digestValue: digest }], objects: '<Object Id="own">x</Object>' }),
      'signature-scope-mismatch',
    ],
    [
      'S12',
      'one Id twice',
      () =>
        unsigned
          .replace('<edXML:edXMLHeader>', '<edXML:edXMLHeader Id="a">')
          .replace('<edXML:edXMLBody>', '<edXML:edXMLBody Id="a">'),
      'id-duplicated',
    ],
    [
      'S13',
      'XPath transform',
      () =>
        crafted({
          references: [
            {
              digestValue: digest,
              transforms: [ENVELOPED_SIGNATURE, XPATH],
              transformContent: '<XPath>true()</XPath>',
            },
          ],
        }),
      'signature-transform-forbidden',
    ],
    ['S13', 'XPath filter', withTransforms(ENVELOPED_SIGNATURE, XPATH_FILTER), 'signature-transform-forbidden'],
    ['S13', 'XSLT', withTransforms(ENVELOPED_SIGNATURE, XSLT), 'signature-transform-forbidden'],
    ['S13', 'base64', withTransforms(ENVELOPED_SIGNATURE, `${DSIG}base64`), 'signature-transform-forbidden'],
    ['S13', 'enveloped left out', withTransforms(EXCLUSIVE_C14N), 'signature-transform-forbidden'],
    [
      'S13',
      'canonical form first',
      withTransforms(EXCLUSIVE_C14N, ENVELOPED_SIGNATURE),
      'signature-transform-forbidden',
    ],
    [
      'S13',
      'canonical form with comments',
      withTransforms(ENVELOPED_SIGNATURE, `${EXCLUSIVE_C14N}WithComments`),
      'signature-transform-forbidden',
    ],
    [
      'S13',
      'the identifier that does not exist',
      withTransforms(ENVELOPED_SIGNATURE, 'http://www.w3.org/TR/xml-exc-c14n#'),
      'signature-transform-forbidden',
    ],
    ['S14', 'xpointer', withUri('#xpointer(/)'), 'signature-reference-forbidden'],
    ['S15', 'http', withUri('http://127.0.0.1/x'), 'signature-reference-forbidden'],
    ['S15', 'file', withUri('file:///etc/passwd'), 'signature-reference-forbidden'],
    ['S15', 'cid', withUri('cid:x'), 'signature-reference-forbidden'],
    ['S15', 'no URI', withUri(null), 'signature-reference-forbidden'],
    [
      'S16',
      '1,000 references',
      () => crafted({ references: Array.from({ length: 1000 }, () => ({ digestValue: digest })) }),
      'signature-limits',
    ],
    [
      'S16',
      '1,000 transforms',
      withTransforms(ENVELOPED_SIGNATURE, ...Array.from({ length: 999 }, () => EXCLUSIVE_C14N)),
      'signature-limits',
    ],
    [
      'S17',
      'RSA-SHA1',
      () => crafted({ signatureMethod: `${DSIG}rsa-sha1`, value: (data) => sign('sha1', data, rsa.key) }, rsa),
      'signature-algorithm-forbidden',
    ],
    [
      'S17',
      'SHA-1 digest',
      () => crafted({ references: [{ digestMethod: `${DSIG}sha1`, digestValue: digest }] }),
      'signature-algorithm-forbidden',
    ],
    ['S19', 'HMAC', method(`${MORE}hmac-sha256`), 'signature-algorithm-forbidden'],
    ['S19', 'DSA', method(`${DSIG}dsa-sha1`), 'signature-algorithm-forbidden'],
    ['S19', 'RSA-MD5', method(`${MORE}rsa-md5`), 'signature-algorithm-forbidden'],
    ['S19', 'unknown', method('urn:x'), 'signature-algorithm-forbidden'],
    ['S19', 'a word that every object has', method('constructor'), 'signature-algorithm-forbidden'],
    [
      'S19',
      'canonical form with comments',
      () => crafted({ canonicalization: `${EXCLUSIVE_C14N}WithComments` }),
      'signature-algorithm-forbidden',
    ],
    ['S21', 'ECDSA as DER', () => crafted({ value: (data) => sign('sha256', data, ec.key) }), 'signature-invalid'],
    ['S21', 'an RSA method with an EC key', method(`${MORE}rsa-sha256`), 'signature-invalid'],
    [
      'S22',
      'PSS with another salt',
      () =>
        crafted(
          {
            signatureMethod: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
            value: pss(rsa.key, 'sha256', 20),
          },
          rsa,
        ),
      'signature-algorithm-forbidden',
    ],
    [
      'S22',
      'PSS with free parameters',
      () =>
        crafted(
          { signatureMethod: 'http://www.w3.org/2007/05/xmldsig-more#rsa-pss', value: pss(rsa.key, 'sha256', 32) },
          rsa,
        ),
      'signature-algorithm-forbidden',
    ],
    [
      'S23',
      'KeyValue only',
      () =>
        crafted({
          keyInfo: '<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>',
        }),
      'signature-keyinfo-forbidden',
    ],
    [
      'S23',
      'RetrievalMethod',
      () => crafted({ keyInfo: '<RetrievalMethod URI="#x"></RetrievalMethod>' }),
      'signature-keyinfo-forbidden',
    ],
    [
      'S23',
      'KeyInfoReference',
      () =>
        crafted({
          keyInfo: '<KeyInfoReference xmlns="http://www.w3.org/2009/xmldsig11#" URI="#x"></KeyInfoReference>',
        }),
      'signature-keyinfo-forbidden',
    ],
    [
      'S23',
      'X509Data without a certificate',
      () => crafted({ keyInfo: '<X509Data><X509SubjectName>CN=x</X509SubjectName></X509Data>' }),
      'signature-keyinfo-forbidden',
    ],
    [
      'S24',
      'two signers',
      () => crafted({ keyInfo: x509Data([...ec.certificates, rsa.certificates[0]!]) }),
      'signature-keyinfo-ambiguous',
    ],
    [
      'S25',
      'Signature in the namespace of QCVN',
      () =>
        signed.replace(`<Signature xmlns="${DSIG}">`, '<Signature xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">'),
      'signature-malformed',
    ],
  ])('%s %s', async (_row, _what, make, code) => {
    expect(judge(await make(), _row === 'S17' || _row === 'S22' ? rsa : ec).code).toBe(code);
  });
});

describe('S9: wrapping', () => {
  const evil = unsigned.replace('V/v kết nối', 'V/v chuyển tiền');
  const inner = (): string =>
    signed.slice(
      signed.indexOf('<edXML:edXMLEnvelope'),
      signed.indexOf('</edXML:edXMLEnvelope>') + '</edXML:edXMLEnvelope>'.length,
    );
  const root = (): string => signed.slice(signed.indexOf('<edXML '));
  const wrapper = (): string => `<x xmlns="urn:x">${root()}</x>`;

  test.each<[shape: string, make: () => string, code: string]>([
    [
      'the signed document moved into an extension of the header',
      () => evil.replace(HEADER_END, () => `${wrapper()}${HEADER_END}`),
      'envelope-duplicated',
    ],
    [
      'the signed document moved into an Object of the signature',
      () =>
        withSignature(
          evil,
          signature.replace('</Signature>', () => `<Object>${root()}</Object></Signature>`),
        ),
      'envelope-duplicated',
    ],
    [
      'the envelope copied before',
      () =>
        signed.replace(
          '<edXML:edXMLEnvelope',
          () => `${inner().replace(signature, '').replace('V/v kết nối', 'V/v chuyển tiền')}<edXML:edXMLEnvelope`,
        ),
      'envelope-duplicated',
    ],
    [
      'the envelope copied after',
      () =>
        signed.replace(
          '</edXML:edXMLEnvelope>',
          () => `</edXML:edXMLEnvelope>${inner().replace(signature, '').replace('V/v kết nối', 'V/v chuyển tiền')}`,
        ),
      'envelope-duplicated',
    ],
    [
      'the document nested in another',
      () => evil.replace('</edXML:edXMLEnvelope>', () => `${wrapper()}</edXML:edXMLEnvelope>`),
      'envelope-duplicated',
    ],
    [
      'the signature moved to the root',
      () => unsigned.replace('<edXML:edXMLEnvelope', () => `${signature}<edXML:edXMLEnvelope`),
      'signature-malformed',
    ],
    [
      'the signature moved into the body',
      () => unsigned.replace('</edXML:edXMLBody>', () => `${signature}</edXML:edXMLBody>`),
      'signature-malformed',
    ],
    [
      'the header copied inside the envelope',
      () =>
        signed.replace(
          '<edXML:edXMLHeader>',
          () =>
            `${evil.slice(evil.indexOf('<edXML:edXMLHeader>'), evil.indexOf(HEADER_END))}${HEADER_END}<edXML:edXMLHeader>`,
        ),
      'schema-invalid',
    ],
    [
      'the signed document as an attachment block of its own',
      () => evil.replace(/<\/edXML>\s*$/, () => `<AttachmentEncoded>${root()}</AttachmentEncoded></edXML>`),
      'attachments-duplicated',
    ],
  ])('%s is refused', (_, make, code) => {
    expect(make()).not.toBe(signed);
    expect(judge(make(), ec).code).toBe(code);
  });
});

describe('whose certificate it is (S27, S28, C15, C16)', () => {
  const facts = (made: PkiMaterial) => {
    const certificate = parseCertificate(made.certificates[0]!);
    if (!certificate.ok) throw new Error(certificate.code);
    return certificate.value;
  };
  const organisation = 'H99.12';

  test('enrolled by key', () => {
    expect(judge(signed, ec, [{ organisation, match: matchByKey(facts(ec)) }]).code).toBe('passed');
  });
  test('enrolled by issuer and subject', () => {
    expect(judge(signed, ec, [{ organisation, match: matchBySubject(facts(ec)) }]).code).toBe('passed');
  });
  test("a person's, for packages only by written policy", () => {
    const person = { organisation, match: matchByKey(facts(ec)), holder: 'person' } as const;
    expect(judge(signed, ec, [person]).code).toBe('certificate-usage');
    const refused = { ...STRICT_PACKAGE, personalCertificates: 'refused' } as const;
    expect(judge(signed, ec, [person], refused).code).toBe('certificate-usage');
    const allowed = { ...STRICT_PACKAGE, personalCertificates: 'allowed' } as const;
    expect(judge(signed, ec, [person], allowed).code).toBe('passed');
    expect(judge(signed, ec, [person, { ...person, holder: 'organisation' }]).code).toBe('passed');
  });
  test('not enrolled', () => {
    expect(judge(signed, ec, []).code).toBe('signer-not-sender');
  });
  test('another key enrolled', () => {
    expect(judge(signed, ec, [{ organisation, match: { by: 'key', keySha256: facts(rsa).keySha256 } }]).code).toBe(
      'signer-not-sender',
    );
  });
  test('enrolment not begun or over', () => {
    const match = matchByKey(facts(ec));
    expect(judge(signed, ec, [{ organisation, match, validTo: '2020-01-01' }]).code).toBe('signer-not-sender');
    expect(judge(signed, ec, [{ organisation, match, validFrom: '2999-01-01' }]).code).toBe('signer-not-sender');
    expect(judge(signed, ec, [{ organisation, match, validTo: 'never' }]).code).toBe('signer-not-sender');
  });
  test.each([
    ['letters that look alike', LEAF_NAME.map(([type, text]) => [type, text.replace('UBND', 'UВND')] as const)],
    ['the common name alone', LEAF_NAME.filter(([type]) => type === 'CN')],
  ])('%s', async (_, subject) => {
    const enrolled = matchBySubject(facts(ec));
    const { certificate } = issue(pki.sub, { subject, publicKey: createPublicKey(pki.leafKey), now: pki.now, days: 1 });
    const made = { ...ec, certificates: [certificate, pki.sub.chain[0]] };
    const xml = await signPackage(unsigned, signerOf(made));
    expect(judge(xml, made, [{ organisation, match: enrolled }]).code).toBe('signer-not-sender');
  });
});

describe('signPackage', () => {
  test('touches nothing but the end of the header', () => {
    expect(signed.replace(signature, '')).toBe(unsigned);
  });
  test.each([
    ['signed already', () => signed, 'signature-duplicated'],
    ['without header', () => '<a/>', 'envelope-missing'],
    ['not well-formed', () => `<a><b>${HEADER_END}`, 'xml-not-well-formed'],
  ])('refuses what is %s', async (_, make, code) => {
    await expect(signPackage(make(), signerOf(ec))).rejects.toMatchObject({ code });
  });
});
