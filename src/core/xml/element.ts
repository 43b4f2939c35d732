// Elements as the scanner makes them: names resolved, and every namespace rule checked.

import { XmlFault } from './fault.ts';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from './handler.ts';
import type { XmlAttribute, XmlElement, XmlNamespace } from './handler.ts';
import type { XmlLimits } from './limits.ts';
import type { Name } from './names.ts';

/** The bindings in force, innermost first. Elements that declare nothing share their parent's. */
interface Scope {
  readonly prefix: string;
  readonly uri: string;
  readonly outer: Scope | null;
  /** The number of bindings from here outward. */
  readonly count: number;
}

/** A start tag as read: names and values side by side, namespace declarations among them. */
export interface StartTag {
  readonly name: Name;
  readonly names: readonly Name[];
  readonly values: readonly string[];
  /** Byte offset of '<' in the document. */
  readonly offset: number;
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];
const NO_NAMESPACES: readonly XmlNamespace[] = [];

export class Element implements XmlElement {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly parent: Element | null;
  readonly depth: number;
  readonly offset: number;
  readonly namespaces: readonly XmlNamespace[];
  readonly nameBytes: Uint8Array;
  readonly #scope: Scope | null;

  constructor(tag: StartTag, parent: Element | null, limits: XmlLimits) {
    const { name, offset } = tag;
    this.name = name.text;
    this.prefix = name.prefix;
    this.local = name.local;
    this.nameBytes = name.bytes;
    this.parent = parent;
    this.depth = parent === null ? 1 : parent.depth + 1;
    this.offset = offset;
    const outer = parent === null ? null : parent.#scope;
    if (tag.names.length === 0) {
      this.namespaces = NO_NAMESPACES;
      this.#scope = outer;
      this.namespace = this.#resolve(name, offset);
      this.attributes = NO_ATTRIBUTES;
      return;
    }
    this.namespaces = declarations(tag, limits);
    this.#scope = this.#enter(outer, limits);
    this.namespace = this.#resolve(name, offset);
    this.attributes = this.#attributes(tag);
  }

  lookup(prefix: string): string | undefined {
    if (prefix === 'xml') return XML_NAMESPACE;
    for (let scope = this.#scope; scope !== null; scope = scope.outer) {
      if (scope.prefix === prefix) return scope.uri === '' ? undefined : scope.uri;
    }
    return undefined;
  }

  #enter(outer: Scope | null, limits: XmlLimits): Scope | null {
    let scope = outer;
    for (const { prefix, uri } of this.namespaces) {
      const count: number = scope === null ? 1 : scope.count + 1;
      if (count > limits.namespacesInScope) throw overLimit(limits, 'namespacesInScope', this.offset);
      scope = { prefix, uri, outer: scope, count };
    }
    return scope;
  }

  #resolve(name: Name, offset: number): string {
    if (name.prefix === 'xmlns') throw malformed(offset, 'prefix-reserved');
    const uri = this.lookup(name.prefix);
    if (uri === undefined && name.prefix !== '') throw malformed(offset, 'prefix-unbound');
    return uri ?? '';
  }

  #attributes(tag: StartTag): readonly XmlAttribute[] {
    if (tag.names.length === this.namespaces.length) return NO_ATTRIBUTES;
    const attributes: XmlAttribute[] = [];
    tag.names.forEach((name, k) => {
      if (isDeclaration(name)) return;
      const namespace = name.prefix === '' ? '' : this.#resolve(name, tag.offset);
      for (const attribute of attributes) {
        if (attribute.local === name.local && attribute.namespace === namespace) {
          throw malformed(tag.offset, 'attribute-duplicated');
        }
      }
      attributes.push({
        name: name.text,
        prefix: name.prefix,
        local: name.local,
        namespace,
        value: tag.values[k] ?? '',
      });
    });
    return attributes;
  }
}

export function isDeclaration(name: Name): boolean {
  return name.prefix === 'xmlns' || (name.prefix === '' && name.local === 'xmlns');
}

function declarations(tag: StartTag, limits: XmlLimits): readonly XmlNamespace[] {
  let scope: XmlNamespace[] | undefined;
  tag.names.forEach((name, k) => {
    if (!isDeclaration(name)) return;
    scope ??= [];
    const prefix = name.prefix === '' ? '' : name.local;
    const uri = tag.values[k] ?? '';
    if (!isLegalBinding(prefix, uri)) throw malformed(tag.offset, 'namespace-declaration');
    if (scope.some((declaration) => declaration.prefix === prefix)) throw malformed(tag.offset, 'attribute-duplicated');
    if (scope.length >= limits.namespaces) throw overLimit(limits, 'namespaces', tag.offset);
    scope.push({ prefix, uri });
  });
  return scope ?? NO_NAMESPACES;
}

/** Namespaces in XML 1.0, section 3: what the reserved prefixes mean, and that only the default namespace can be undone. */
function isLegalBinding(prefix: string, uri: string): boolean {
  if (prefix === 'xmlns' || uri === XMLNS_NAMESPACE) return false;
  if (prefix === 'xml' || uri === XML_NAMESPACE) return prefix === 'xml' && uri === XML_NAMESPACE;
  return prefix === '' || uri !== '';
}

export function malformed(offset: number, reason: string): XmlFault {
  return new XmlFault('xml-not-well-formed', { offset, reason });
}

export function overLimit(limits: XmlLimits, limit: keyof XmlLimits, offset: number): XmlFault {
  return new XmlFault('xml-limits', { offset, reason: limit, maximum: limits[limit] });
}
