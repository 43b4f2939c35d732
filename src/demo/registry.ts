// The demonstration's registry file: who is connected how. It is what an operator would write for a small district, and
// goes to the gateway the same way, with `lienthong registry apply`.

export interface DemoParty {
  readonly organisation: string;
  readonly name: string;
  readonly connection: string;
}

/** Invented organisations under H99, which no province has. */
export const PARTIES = {
  sender: { organisation: 'H99.12', name: 'UBND huyện Mẫu', connection: 'huyen-mau' },
  push: { organisation: 'H99.12.01', name: 'UBND xã Mẫu Một', connection: 'xa-mau-mot' },
  inbox: { organisation: 'H99.12.02', name: 'UBND xã Mẫu Hai', connection: 'xa-mau-hai' },
  platform: { organisation: 'H99', name: 'Nền tảng tích hợp tỉnh Mẫu', connection: 'nen-tang-tinh-mau' },
  unreachable: { organisation: 'H99.12.03', name: 'UBND xã Mẫu Ba', connection: 'xa-mau-ba' },
} as const satisfies Readonly<Record<string, DemoParty>>;

export type PartyName = keyof typeof PARTIES;

/** No program listens on this port unless a person set one up. */
const DEAD_ADDRESS = 'http://127.0.0.1:1/';

export interface DemoRegistryFacts {
  /** PEM. */
  readonly anchor: string;
  readonly crls: readonly string[];
  /** PEM of the certificate that signs the district's packages. */
  readonly signingCertificate: string;
  readonly secrets: Readonly<Record<Exclude<PartyName, 'unreachable'>, string>>;
  readonly pushUrl: string;
  readonly pushToken: string;
}

/** The file's content, as `lienthong registry apply` reads it. */
export function demoRegistry(facts: DemoRegistryFacts): unknown {
  const adapters: Readonly<Record<PartyName, { adapter: string; settings?: unknown; role?: string }>> = {
    sender: { adapter: 'inbox' },
    push: { adapter: 'http-push', settings: { url: facts.pushUrl, token: facts.pushToken } },
    inbox: { adapter: 'inbox' },
    platform: { adapter: 'inbox', role: 'hub' },
    unreachable: { adapter: 'http-push', settings: { url: DEAD_ADDRESS } },
  };
  const named = Object.entries(PARTIES) as [PartyName, DemoParty][];
  return {
    organisations: named.map(([, { organisation, name, connection }]) => ({
      code: organisation,
      name,
      receivingConnection: connection,
    })),
    connections: named.map(([party, { organisation, name, connection }]) => ({
      id: connection,
      name,
      ...adapters[party],
      sendsFor: [organisation],
      receivesFor: [organisation],
      issuers: [organisation],
    })),
    clients: named.flatMap(([party, { connection }]) =>
      party === 'unreachable' ? [] : [{ id: connection, connection, secret: facts.secrets[party] }],
    ),
    anchors: [{ certificate: facts.anchor, purposes: ['package-signature'], revocation: 'required' }],
    crls: facts.crls,
    enrolments: [{ organisation: PARTIES.sender.organisation, certificate: facts.signingCertificate }],
  };
}
