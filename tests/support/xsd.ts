// The published schema of the strict form, judged by libxml2.

import { readFileSync } from 'node:fs';
import { XmlDocument, XmlElement, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { packagePath } from '../../src/config/paths.ts';

const schema = XmlDocument.fromString(readFileSync(packagePath('schemas', 'edxml-strict.xsd'), 'utf8'));
const validator = XsdValidator.fromDoc(schema);

/** What the schema finds wrong with a package, its attachments' contents cut out; undefined when nothing. */
export function strictFault(bytes: Buffer): string | undefined {
  const cut = bytes.toString('utf8').replace(/(<(?:edXML:)?ContentTransferEncoded[^>]*>)[^<]*/g, '$1');
  const document = XmlDocument.fromString(cut);
  try {
    validator.validate(document);
    return undefined;
  } catch (error) {
    if (error instanceof XmlValidateError) return error.message;
    throw error;
  } finally {
    document.dispose();
  }
}

/** Names of the elements each element of the schema may hold, in order, each once; by the path from the root. */
export function schemaTree(): ReadonlyMap<string, readonly string[]> {
  const tree = new Map<string, readonly string[]>();
  const visit = (declaration: XmlElement, path: string): void => {
    const type = declaration.attr('type')?.value;
    const held = type === undefined ? declaration : schema.get(`/*/*[local-name()="complexType"][@name="${type}"]`);
    if (!(held instanceof XmlElement)) return;
    const children = held
      .find('.//*[local-name()="element"]')
      .filter((child): child is XmlElement => child instanceof XmlElement && nearest(child, held));
    if (children.length === 0) return;
    tree.set(path, [...new Set(children.map(nameOf))]);
    for (const child of children) visit(child, `${path}/${nameOf(child)}`);
  };
  const root = schema.get('/*/*[local-name()="element"]');
  if (root instanceof XmlElement) visit(root, nameOf(root));
  return tree;
}

/** The values that a type of the schema lists. */
export function schemaCodes(type: string): readonly string[] {
  return schema
    .find(`//*[local-name()="simpleType"][@name="${type}"]//*[local-name()="enumeration"]/@value`)
    .map((value) => value.content);
}

/** Not inside another element's declaration. */
function nearest(child: XmlElement, held: XmlElement): boolean {
  const depth = (element: XmlElement): number => element.find('ancestor-or-self::*[local-name()="element"]').length;
  return depth(child) === depth(held) + 1;
}

function nameOf(declaration: XmlElement): string {
  return declaration.attr('name')?.value ?? '';
}
