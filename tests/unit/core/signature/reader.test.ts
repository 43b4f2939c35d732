import { createHash, generateKeyPairSync, verify } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SignedXml } from 'xml-crypto';

import type { SignatureMaterial, SignatureScan } from '../../../../src/core/signature/material.ts';
import { SignatureReader } from '../../../../src/core/signature/reader.ts';
import { XmlFault } from '../../../../src/core/xml/fault.ts';
import { XML_LIMITS } from '../../../../src/core/xml/limits.ts';
import type { XmlLimits } from '../../../../src/core/xml/limits.ts';
import { canonicalByLibxml2 } from '../../../support/libxml2.ts';
import { canonicalForm, pieces, scan } from '../../../support/xml-events.ts';

const QCVN = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const ENVELOPED = `${DSIG}enveloped-signature`;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CERTIFICATE = Buffer.from('stands for a certificate');

const HEADER = '<e:MessageHeader>\r\n<e:OrganId z="2" a="&#10;1">H99.12</e:OrganId> &gt;]]</e:MessageHeader>';

/** A package as it comes: `signature` stands in the header after the fields, `rest` after the envelope. */
function packageOf(signature = '', rest = '<AttachmentEncoded>QUJD</AttachmentEncoded>', header = HEADER): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\r\n<edXML xmlns="${QCVN}" xmlns:x="urn:unused" xml:lang="vi">` +
    `<e:edXMLEnvelope xmlns:e="${QCVN}"><e:edXMLHeader>${header}${signature}</e:edXMLHeader>` +
    `<e:edXMLBody>Về việc thử</e:edXMLBody></e:edXMLEnvelope>${rest}</edXML>`
  );
}

/** What the other implementation signs as the specification says: it neither unifies line ends nor inherits xml:lang. */
const PLAIN = packageOf().replaceAll('\r\n', '\n').replace(' xml:lang="vi"', '');

interface Signing {
  readonly signedInfo?: string;
  readonly transforms?: readonly string[];
  readonly listed?: readonly string[];
}

/** Signed by another implementation. */
function signed(
  xml: string,
  { signedInfo = EXCLUSIVE, transforms = [ENVELOPED, EXCLUSIVE], listed = [] }: Signing = {},
): string {
  const signer = new SignedXml({
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: signedInfo,
    ...(listed.length === 0 ? {} : { inclusiveNamespacesPrefixList: [...listed] }),
    getKeyInfoContent: () =>
      `<X509Data><X509Certificate>${CERTIFICATE.toString('base64')}</X509Certificate></X509Data>`,
  });
  signer.addReference({
    xpath: '/*',
    isEmptyUri: true,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [...transforms],
  });
  signer.computeSignature(xml, { location: { reference: "//*[local-name(.)='edXMLHeader']", action: 'append' } });
  return signer.getSignedXml();
}

function read(xml: string, sizes: readonly number[] = [], limits: XmlLimits = XML_LIMITS): SignatureScan {
  const reader = new SignatureReader(limits);
  scan(reader, pieces(Buffer.from(xml), sizes));
  return reader.result();
}

function materialOf(xml: string, sizes: readonly number[] = []): SignatureMaterial {
  const found = read(xml, sizes);
  if (found.kind !== 'present') throw new Error(JSON.stringify(found));
  return found.material;
}

/** `absent`, `present`, the codes of the findings, or `fault` and its code. */
function told(xml: string, limits: XmlLimits = XML_LIMITS): string {
  try {
    const found = read(xml, [], limits);
    return found.kind === 'malformed' ? found.findings.map(({ code }) => code).join(' ') : found.kind;
  } catch (error) {
    if (error instanceof XmlFault) return `fault ${error.code}`;
    throw error;
  }
}

describe('a signature of another implementation', () => {
  test.each<[string, Signing]>([
    ['exclusive', {}],
    ['inclusive', { signedInfo: INCLUSIVE, transforms: [ENVELOPED, INCLUSIVE] }],
    ['SignedInfo inclusive, document exclusive', { signedInfo: INCLUSIVE }],
    ['SignedInfo exclusive, document inclusive', { transforms: [ENVELOPED, INCLUSIVE] }],
    ['SignedInfo with a prefix list', { listed: ['x', 'e'] }],
  ])('%s', (_, signing) => {
    const xml = signed(PLAIN, signing);
    for (const sizes of [[], new Array<number>(xml.length * 2).fill(1), new Array<number>(xml.length).fill(37)]) {
      const material = materialOf(xml, sizes);
      const [reference] = material.references;
      expect(material.documentDigest?.toString('hex')).toBe(reference?.digestValue.toString('hex'));
      expect(verify('sha256', material.signedInfo, publicKey, material.signatureValue)).toBe(true);
      expect(material.certificates).toEqual([CERTIFICATE]);
      expect(reference).toMatchObject({ uri: '', transforms: signing.transforms ?? [ENVELOPED, EXCLUSIVE] });
    }
  });

  test('every change of the document changes the digest', () => {
    const xml = signed(PLAIN);
    for (const [from, to] of [
      ['H99.12', 'H99.13'],
      ['Về việc', 'Ve viec'],
      ['QUJD', 'QUJE'],
      ['z="2"', 'z="3"'],
      ['</e:edXMLBody>', ' </e:edXMLBody>'],
    ] as const) {
      const { documentDigest, references } = materialOf(xml.replace(from, to));
      expect(documentDigest).toBeDefined();
      expect(documentDigest?.equals(references[0]?.digestValue ?? Buffer.alloc(0))).toBe(false);
    }
  });
});

const REFERENCE = (parts: { uri?: string; transforms?: string; digest?: string; value?: string } = {}): string =>
  `<Reference${parts.uri ?? ' URI=""'}><Transforms>${parts.transforms ?? `<Transform Algorithm="${ENVELOPED}"/><Transform Algorithm="${EXCLUSIVE}"/>`}</Transforms>` +
  `<DigestMethod Algorithm="${parts.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256'}"/>${parts.value ?? '<DigestValue>QUJD</DigestValue>'}</Reference>`;

const SIGNED_INFO = (references = REFERENCE(), method = '', canonical = ''): string =>
  `<SignedInfo><CanonicalizationMethod Algorithm="${EXCLUSIVE}">${canonical}</CanonicalizationMethod>` +
  `<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256">${method}</SignatureMethod>${references}</SignedInfo>`;

const VALUE = '<SignatureValue>QUJD</SignatureValue>';
const KEY = '<KeyInfo><X509Data><X509Certificate>QUJD</X509Certificate></X509Data></KeyInfo>';
const signature = (content: string, attributes = ''): string =>
  `<Signature xmlns="${DSIG}"${attributes}>${content}</Signature>`;
const WHOLE = signature(SIGNED_INFO() + VALUE + KEY);

describe('the one place and the one shape', () => {
  test.each<[string, string, string]>([
    ['no signature', packageOf(), 'absent'],
    ['no signature, another root', '<a><b/></a>', 'absent'],
    ['an empty placeholder', packageOf('<DigitalSignature/>'), 'absent'],
    ['an empty placeholder with white space', packageOf('<e:DigitalSignature>\r\n </e:DigitalSignature>'), 'absent'],
    ['a signature', packageOf(WHOLE), 'present'],
    ['a signature beside a placeholder', packageOf(`<DigitalSignature/>${WHOLE}`), 'present'],
    ['with white space between', packageOf(WHOLE.replaceAll('><', '>\r\n<')), 'present'],
    [
      'with a prefix',
      packageOf(WHOLE.replaceAll('<', '<ds:').replaceAll('<ds:/', '</ds:').replace('xmlns=', 'xmlns:ds=')),
      'present',
    ],
    ['without KeyInfo', packageOf(signature(SIGNED_INFO() + VALUE)), 'present'],
    ['values with character references', packageOf(WHOLE.replaceAll('QUJD', 'QU&#13;\nJ&#x44;')), 'present'],
    [
      'with an Object',
      packageOf(signature(`${SIGNED_INFO() + VALUE + KEY}<Object><SigningTime xmlns="urn:t">x</SigningTime></Object>`)),
      'present',
    ],
    [
      'with issuer, subject and serial',
      packageOf(
        signature(
          `${SIGNED_INFO() + VALUE}<KeyInfo><X509Data><X509SubjectName>CN=x</X509SubjectName><X509IssuerSerial><X509IssuerName>CN=y</X509IssuerName><X509SerialNumber>1</X509SerialNumber></X509IssuerSerial><X509Certificate>QUJD</X509Certificate><X509Certificate>QUJE</X509Certificate></X509Data></KeyInfo>`,
        ),
      ),
      'present',
    ],
    // Elsewhere, again, or by another name
    ['twice', packageOf(WHOLE + WHOLE), 'signature-duplicated'],
    ['in the body too', packageOf(WHOLE, WHOLE), 'signature-duplicated'],
    ['only in the body', packageOf('', WHOLE), 'signature-malformed'],
    [
      'before the header',
      packageOf(WHOLE).replace('<e:edXMLHeader>', `${WHOLE}<e:edXMLHeader>`),
      'signature-malformed signature-duplicated',
    ],
    ['at the root', WHOLE, 'signature-malformed'],
    ['one deeper', packageOf(`<e:Extension>${WHOLE}</e:Extension>`), 'signature-malformed'],
    [
      'in a second header',
      packageOf('', '').replace('</e:edXMLHeader>', `</e:edXMLHeader><e:edXMLHeader>${WHOLE}</e:edXMLHeader>`),
      'signature-malformed',
    ],
    [
      'in a header of another namespace',
      packageOf(WHOLE)
        .replaceAll('e:edXMLHeader', 'edXMLHeader')
        .replace('<edXMLHeader>', '<edXMLHeader xmlns="urn:o">'),
      'signature-malformed',
    ],
    [
      'nested',
      packageOf(WHOLE.replace('</Signature>', `<Object>${WHOLE}</Object></Signature>`)),
      'signature-malformed',
    ],
    ['in the namespace of the package', packageOf('<Signature><SignedInfo/></Signature>'), 'signature-malformed'],
    ['empty, in the namespace of the package', packageOf('<Signature/>'), 'signature-malformed'],
    ['in no namespace', packageOf('<Signature xmlns=""/>'), 'signature-malformed'],
    ['in a namespace nearly right', packageOf(WHOLE.replace(DSIG, DSIG.slice(0, -1))), 'signature-malformed'],
    ['a placeholder with an element', packageOf('<DigitalSignature><a/></DigitalSignature>'), 'signature-malformed'],
    ['a placeholder with text', packageOf('<DigitalSignature>QUJD</DigitalSignature>'), 'signature-malformed'],
    [
      'a placeholder with a section',
      packageOf('<DigitalSignature><![CDATA[x]]></DigitalSignature>'),
      'signature-malformed',
    ],
    ['a placeholder with an attribute', packageOf('<DigitalSignature Id="x"/>'), 'signature-malformed'],
    [
      'a placeholder around a signature',
      packageOf(`<DigitalSignature>${WHOLE}</DigitalSignature>`),
      'signature-malformed signature-malformed',
    ],
    // Wrapped copies
    [
      'the package in an Object',
      packageOf(signature(`${SIGNED_INFO() + VALUE + KEY}<Object>${packageOf().replace(/^.*\?>\s*/, '')}</Object>`)),
      'signature-malformed',
    ],
    ['the package in another root', `<wrap>${packageOf(WHOLE).replace(/^.*\?>\s*/, '')}</wrap>`, 'signature-malformed'],
    [
      'the signed package in an extension',
      packageOf('', packageOf(WHOLE).replace(/^.*\?>\s*/, '')),
      'signature-malformed',
    ],
    // Shape
    ['empty', packageOf(signature('')), 'signature-malformed'],
    ['without SignedInfo', packageOf(signature(VALUE + KEY)), 'signature-malformed'],
    ['without SignatureValue', packageOf(signature(SIGNED_INFO() + KEY)), 'signature-malformed'],
    ['without Reference', packageOf(signature(SIGNED_INFO('') + VALUE)), 'signature-malformed'],
    ['two SignedInfo', packageOf(signature(SIGNED_INFO() + SIGNED_INFO() + VALUE)), 'signature-malformed'],
    ['two SignatureValue', packageOf(signature(SIGNED_INFO() + VALUE + VALUE)), 'signature-malformed'],
    ['out of order', packageOf(signature(VALUE + SIGNED_INFO())), 'signature-malformed'],
    ['an unknown element', packageOf(signature(`${SIGNED_INFO() + VALUE}<Extra/>`)), 'signature-malformed'],
    [
      'SignedInfo of another namespace',
      packageOf(signature(SIGNED_INFO().replace('<SignedInfo>', '<SignedInfo xmlns="urn:x">') + VALUE)),
      'signature-malformed',
    ],
    ['an unknown attribute', packageOf(signature(SIGNED_INFO() + VALUE, ' x="1"')), 'signature-malformed'],
    ['text between', packageOf(signature(`${SIGNED_INFO()}x${VALUE}`)), 'signature-malformed'],
    [
      'no algorithm',
      packageOf(signature(SIGNED_INFO().replace(/(<DigestMethod) Algorithm="[^"]*"/, '$1') + VALUE)),
      'signature-malformed',
    ],
    [
      'a comment in DigestValue',
      packageOf(WHOLE.replace('QUJD</DigestValue>', 'QU<!--x-->JD</DigestValue>')),
      'signature-malformed',
    ],
    [
      'a comment between',
      packageOf(WHOLE.replace('<SignatureValue>', '<!--x--><SignatureValue>')),
      'signature-malformed',
    ],
    [
      'a section in SignatureValue',
      packageOf(WHOLE.replace('<SignatureValue>QUJD', '<SignatureValue><![CDATA[QUJD]]>')),
      'signature-malformed',
    ],
    [
      'an element in DigestValue',
      packageOf(WHOLE.replace('QUJD</DigestValue>', 'QUJD<a/></DigestValue>')),
      'signature-malformed',
    ],
    [
      'SignatureValue empty',
      packageOf(signature(`${SIGNED_INFO()}<SignatureValue> </SignatureValue>${KEY}`)),
      'signature-malformed',
    ],
    [
      'SignatureValue of 1 MB',
      packageOf(signature(`${SIGNED_INFO()}<SignatureValue>${'QUJD'.repeat(1 << 18)}</SignatureValue>${KEY}`)),
      'signature-malformed',
    ],
    [
      'SignatureValue not base64',
      packageOf(signature(`${SIGNED_INFO()}<SignatureValue>QU-D</SignatureValue>`)),
      'signature-malformed',
    ],
    [
      'SignatureValue in look-alike letters',
      packageOf(signature(`${SIGNED_INFO()}<SignatureValue>QUJń</SignatureValue>`)),
      'signature-malformed',
    ],
    ['DigestValue empty', packageOf(WHOLE.replace('QUJD</DigestValue>', '</DigestValue>')), 'signature-malformed'],
    [
      'a certificate of 2 MB',
      packageOf(WHOLE.replace('QUJD</X509C', `${'QUJD'.repeat(1 << 19)}</X509C`)),
      'certificate-malformed',
    ],
    [
      'a chain of 100',
      packageOf(WHOLE.replace('</X509Data>', `${'<X509Certificate>QUJD</X509Certificate>'.repeat(99)}</X509Data>`)),
      'certificate-malformed',
    ],
    ['two references', packageOf(signature(SIGNED_INFO(REFERENCE() + REFERENCE()) + VALUE)), 'signature-limits'],
    ['1,000 references', packageOf(signature(SIGNED_INFO(REFERENCE().repeat(1_000)) + VALUE)), 'signature-limits'],
    [
      '1,000 transforms',
      packageOf(
        signature(
          SIGNED_INFO(REFERENCE({ transforms: `<Transform Algorithm="${ENVELOPED}"/>`.repeat(1_000) })) + VALUE,
        ),
      ),
      'signature-limits',
    ],
    [
      '20 transforms',
      packageOf(
        signature(SIGNED_INFO(REFERENCE({ transforms: `<Transform Algorithm="${ENVELOPED}"/>`.repeat(20) })) + VALUE),
      ),
      'signature-limits',
    ],
    [
      'KeyValue only',
      packageOf(signature(`${SIGNED_INFO() + VALUE}<KeyInfo><KeyValue/></KeyInfo>`)),
      'signature-keyinfo-forbidden',
    ],
    [
      'KeyValue beside X509Data',
      packageOf(WHOLE.replace('<X509Data>', '<KeyValue/><X509Data>')),
      'signature-keyinfo-forbidden',
    ],
    [
      'RetrievalMethod',
      packageOf(signature(`${SIGNED_INFO() + VALUE}<KeyInfo><RetrievalMethod URI="http://x"/></KeyInfo>`)),
      'signature-keyinfo-forbidden',
    ],
    [
      'KeyInfoReference',
      packageOf(
        signature(
          `${SIGNED_INFO() + VALUE}<KeyInfo><KeyInfoReference xmlns="http://www.w3.org/2009/xmldsig11#" URI="#x"/></KeyInfo>`,
        ),
      ),
      'signature-keyinfo-forbidden',
    ],
    [
      'parameters of the signature method',
      packageOf(signature(SIGNED_INFO(REFERENCE(), '<HMACOutputLength>0</HMACOutputLength>') + VALUE)),
      'signature-algorithm-forbidden',
    ],
    [
      'a child of the enveloped transform',
      packageOf(
        signature(
          SIGNED_INFO(REFERENCE({ transforms: `<Transform Algorithm="${ENVELOPED}"><XPath>x</XPath></Transform>` })) +
            VALUE,
        ),
      ),
      'signature-malformed',
    ],
    [
      'a prefix list on the inclusive form',
      packageOf(
        signature(
          SIGNED_INFO(
            REFERENCE({
              transforms: `<Transform Algorithm="${ENVELOPED}"/><Transform Algorithm="${INCLUSIVE}"><InclusiveNamespaces xmlns="${EXCLUSIVE}" PrefixList="x"/></Transform>`,
            }),
          ) + VALUE,
        ),
      ),
      'signature-malformed',
    ],
    // Identifiers
    ['the same Id twice', packageOf('', '<a Id="x"/><b Id="x"/>'), 'fault id-duplicated'],
    ['the same Id by other names', packageOf('', '<a ID="x"/><b xml:id="x"/>'), 'fault id-duplicated'],
    [
      'the Id of the Signature elsewhere',
      packageOf(WHOLE.replace('<Signature ', '<Signature Id="s" '), '<a id="s"/>'),
      'fault id-duplicated',
    ],
    ['different Ids', packageOf('', '<a Id="x"/><b Id="y"/>'), 'absent'],
    ['the same foreign attribute', packageOf('', '<a x:Id="x"/><b x:Id="x"/>'), 'absent'],
    [
      'endless Ids',
      packageOf('', Array.from({ length: 300 }, (_, k) => `<a Id="${String(k).padStart(5_000, '0')}"/>`).join('')),
      'fault xml-limits',
    ],
  ])('%s', (_, xml, expected) => {
    expect(told(xml)).toBe(expected);
  });

  test.each([
    [
      'XPath',
      '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(//To)</XPath></Transform>',
      'http://www.w3.org/TR/1999/REC-xpath-19991116',
    ],
    [
      'an unknown identifier',
      '<Transform Algorithm="http://www.w3.org/TR/xml-exc-c14n"/>',
      'http://www.w3.org/TR/xml-exc-c14n',
    ],
    ['with comments', `<Transform Algorithm="${EXCLUSIVE}WithComments"/>`, `${EXCLUSIVE}WithComments`],
  ])('a transform that cannot be computed leaves its name and no digest: %s', (_, transform, name) => {
    const transforms = `<Transform Algorithm="${ENVELOPED}"/>${transform}`;
    const material = materialOf(packageOf(signature(SIGNED_INFO(REFERENCE({ transforms })) + VALUE)));
    expect(material.references[0]?.transforms).toEqual([ENVELOPED, name]);
    expect(material.documentDigest).toBeUndefined();
  });

  test.each([
    ['another reference', { uri: ' URI="#x"' }],
    ['no URI', { uri: '' }],
    ['no transform', { transforms: `<Transform Algorithm="${EXCLUSIVE}"/>` }],
    ['the other order', { transforms: `<Transform Algorithm="${EXCLUSIVE}"/><Transform Algorithm="${ENVELOPED}"/>` }],
    ['an unknown digest', { digest: 'http://www.w3.org/2001/04/xmldsig-more#md5' }],
  ])('no digest is given for %s', (_, parts) => {
    expect(materialOf(packageOf(signature(SIGNED_INFO(REFERENCE(parts)) + VALUE))).documentDigest).toBeUndefined();
  });

  test('an unknown canonicalization method leaves no signed bytes', () => {
    const xml = packageOf(
      WHOLE.replace(`<CanonicalizationMethod Algorithm="${EXCLUSIVE}"`, '<CanonicalizationMethod Algorithm="urn:x"'),
    );
    const material = materialOf(xml);
    expect([material.canonicalizationMethod, material.signedInfo.length]).toEqual(['urn:x', 0]);
  });

  test('a certificate that is not base64 is none, and the rest stands', () => {
    const material = materialOf(packageOf(WHOLE.replace('QUJD</X509C', '?</X509C')));
    expect(material.certificates).toEqual([Buffer.alloc(0)]);
    expect(material.documentDigest).toEqual(materialOf(packageOf(WHOLE)).documentDigest);
  });

  test('a Signature of the package’s own namespace is read, and says so', () => {
    const material = materialOf(packageOf(WHOLE.replace(`<Signature xmlns="${DSIG}"`, '<Signature')));
    expect(material.namespace).toBe(QCVN);
    expect(material.documentDigest).toEqual(materialOf(packageOf(WHOLE)).documentDigest);
    expect(told(packageOf(WHOLE.replace(`<Signature xmlns="${DSIG}"`, '<Signature xmlns="urn:x"')))).toBe(
      'signature-malformed',
    );
  });

  test('the form by the wrong name is the exclusive one', () => {
    const [digest, again] = [EXCLUSIVE, 'http://www.w3.org/TR/xml-exc-c14n#'].map((name) => {
      const transforms = `<Transform Algorithm="${ENVELOPED}"/><Transform Algorithm="${name}"/>`;
      return materialOf(packageOf(signature(SIGNED_INFO(REFERENCE({ transforms })) + VALUE))).documentDigest;
    });
    expect(again).toBeDefined();
    expect(again).toEqual(digest);
  });

  test('a finding says where', () => {
    const found = read(packageOf('', WHOLE));
    expect(found).toMatchObject({ kind: 'malformed', findings: [{ severity: 'error', place: '/edXML/Signature' }] });
  });

  test('a package that is all Signatures is described by a few findings', () => {
    const found = read(packageOf('', WHOLE.repeat(500)));
    expect(found.kind === 'malformed' && found.findings.length).toBe(16);
  });

  test('more before the Signature than is held leaves it unread, and its absence unharmed', () => {
    const long = `<x>${'y'.repeat(5_000)}</x>`;
    const tight = { ...XML_LIMITS, headerBytes: 4_000 };
    expect(told(packageOf(WHOLE, '', long), tight)).toBe('signature-limits');
    expect(told(packageOf('', '', long), tight)).toBe('absent');
  });

  test('as many addressees as a package may have are held', () => {
    const fields = Array.from({ length: 8 }, (_, k) => `\n          <e:Field${k}>${'x'.repeat(36)}</e:Field${k}>`);
    const addressees = `\n        <e:To>${fields.join('')}\n        </e:To>`.repeat(10_000);
    expect(told(packageOf(WHOLE, '', addressees))).toBe('present');
  });

  test('what is made of many small parts is bounded like what is long', () => {
    const tight = { ...XML_LIMITS, headerBytes: 10_000 };
    for (const part of ['<x/>', '<![CDATA[]]>', 'a<!---->']) {
      expect(told(packageOf(WHOLE, '', part.repeat(500)), tight)).toBe('signature-limits');
    }
  });
});

describe('the digest is that of the canonical form without the Signature', () => {
  const form = (mode: 'exclusive' | 'inclusive', listed: readonly string[]): string => {
    if (mode === 'inclusive') return `<Transform Algorithm="${ENVELOPED}"/>`;
    const list =
      listed.length === 0
        ? ''
        : `<InclusiveNamespaces xmlns="${EXCLUSIVE}" PrefixList="${listed.map((p) => (p === '' ? '#default' : p)).join(' ')}"/>`;
    return `<Transform Algorithm="${ENVELOPED}"/><Transform Algorithm="${EXCLUSIVE}">${list}</Transform>`;
  };
  const DIGESTS = [
    ['sha1', `${DSIG}sha1`],
    ['sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'],
    ['sha384', 'http://www.w3.org/2001/04/xmldsig-more#sha384'],
    ['sha512', 'http://www.w3.org/2001/04/xmlenc#sha512'],
  ] as const;

  test('in every mode, prefix list and digest, wherever the Signature stands in the header, in any chunks', () => {
    const text = fc
      .array(
        fc.constantFrom(
          'x',
          '\r\n',
          ']',
          ']]',
          '&amp;',
          '&#13;',
          '>',
          'ế',
          '<e:a/>',
          '<a b="1" xmlns="urn:q"/>',
          '<![CDATA[<]]>',
          '<!--c-->',
          '<x:y x:z=""/>',
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.constantFrom('exclusive' as const, 'inclusive' as const),
        fc.uniqueArray(fc.constantFrom('', 'x', 'e', 'q'), { maxLength: 3 }),
        fc.constantFrom(...DIGESTS),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }),
        (before, after, rest, mode, listed, [name, digest], sizes) => {
          const content = signature(SIGNED_INFO(REFERENCE({ transforms: form(mode, listed), digest })) + VALUE + KEY);
          const make = (inside: string): string => packageOf(inside + after, rest, HEADER + before);
          const bare = make('');
          const expected = canonicalByLibxml2(bare, { mode, listed });
          fc.pre(expected !== null);
          expect(canonicalForm(Buffer.from(bare), mode, { listed })).toBe(expected);
          const hash = createHash(name).update(expected).digest('hex');
          expect(materialOf(make(content), sizes).documentDigest?.toString('hex')).toBe(hash);
        },
      ),
      { numRuns: 600 },
    );
  });
});
