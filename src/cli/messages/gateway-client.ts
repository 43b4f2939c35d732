import { GatewayClient, type ClientOptions, type Credentials } from '../../client/gateway.ts';
import { openHttp } from '../../drivers/http-client.ts';

/** A client of the gateway, over HTTP; its caller closes it. */
export function openGateway(credentials: Credentials, options: ClientOptions = {}): GatewayClient {
  return new GatewayClient(credentials, openHttp({ keptFor: 4_000 }), options);
}
