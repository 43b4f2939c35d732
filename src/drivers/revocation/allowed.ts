// The addresses that may be fetched from. A host must be on the list; an address that is not public must stand there
// itself, with its port, so that no name can lead inside by pointing there.

import { BlockList, isIP } from 'node:net';
import { readHostEntry, type HostEntry, type WebPlace } from '../../core/pki/host.ts';

/** IANA IPv4 Special-Purpose Address Registry, with multicast and class E. */
const NOT_PUBLIC_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Global unicast is 2000::/3; within it stand Teredo, 6to4 (both carry an IPv4 address) and documentation. */
const GLOBAL_IPV6 = ['2000::', 3] as const;
const NOT_PUBLIC_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const notPublic = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_IPV4) notPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_IPV6) notPublic.addSubnet(net, prefix, 'ipv6');
const globalIpv6 = new BlockList();
globalIpv6.addSubnet(...GLOBAL_IPV6, 'ipv6');

function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, 'ipv4');
  return globalIpv6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

export interface Allowed {
  /** Whether the list has the host under this port. */
  hasHost(place: WebPlace): boolean;
  /** Whether one may connect to an address of an allowed host: a public one, or one that is listed with this port. */
  hasAddress(address: string, port: number): boolean;
}

/** Ports that an entry without a port stands for. */
const USUAL_PORTS: readonly number[] = [80, 443];

/** Entries that are no hosts allow nothing; configuration refuses them before. */
export function allowedHosts(entries: readonly string[]): Allowed {
  const hosts = entries.map(readHostEntry).filter((entry): entry is HostEntry => entry !== undefined);
  return {
    hasHost: ({ host, port }) =>
      hosts.some((entry) => {
        return entry.host === host && (entry.port === null ? USUAL_PORTS.includes(port) : entry.port === port);
      }),
    hasAddress: (address, port) =>
      isPublic(address) || hosts.some((entry) => entry.host === address && entry.port === port),
  };
}
