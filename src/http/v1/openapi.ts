// The OpenAPI 3.1 document, made from the very descriptions and schemas that requests are validated by.

import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { PARAMETERS, parametersOf } from '../../api/parameters.ts';
import { ProblemAnswer } from '../../api/problem.ts';
import { AUTHORITY } from './authority.ts';
import { OPERATIONS, type OperationId } from './operations.ts';
import type { AnySpec } from '../operation.ts';
import { PROBLEM_TYPE } from '../problem.ts';
import { SCOPES } from '../../core/registry/scopes.ts';

const BYTES = { type: 'string', contentMediaType: 'application/octet-stream' } as const;

const FORM = {
  type: 'object' as const,
  properties: {
    metadata: {
      type: 'object' as const,
      description: 'application/json; schemas/agency-package.schema.json describes it',
    },
    file: { type: 'array' as const, items: BYTES, description: 'Each file that the metadata names, by its file name' },
  },
  required: ['metadata'],
};

/** `publicUrl` and `version` are those of the serving gateway. */
export function openApiDocument(publicUrl: string, version: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'oauth', {
    type: 'oauth2',
    flows: {
      clientCredentials: {
        tokenUrl: `${publicUrl}/oauth/token`,
        scopes: Object.fromEntries(SCOPES.map((scope) => [scope, scope])),
      },
    },
  });
  for (const id of Object.keys(OPERATIONS))
    if (isOperationId(id)) registry.registerPath(route(id, OPERATIONS[id].spec));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Lienthong', version, description: 'Exchange of signed electronic documents between agencies' },
    servers: [{ url: publicUrl }],
  });
}

function isOperationId(id: string): id is OperationId {
  return Object.hasOwn(OPERATIONS, id);
}

function route(id: OperationId, spec: AnySpec): RouteConfig {
  const authority = AUTHORITY[id];
  const names = parametersOf(spec.path);
  return {
    operationId: id,
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    security: authority === 'public' ? [] : security(authority),
    request: {
      ...(names.length === 0
        ? {}
        : { params: z.object(Object.fromEntries(names.map((name) => [name, PARAMETERS[name].schema]))) }),
      ...(spec.query.schema === null ? {} : { query: spec.query.schema }),
      ...(spec.headers === undefined ? {} : { headers: spec.headers }),
      ...(spec.body.types.length === 0 ? {} : { body: { required: true, content: requestContent(spec) } }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(spec.answers).map(([status, { description, schema }]) => [
          status,
          { description, content: answerContent(spec, schema) },
        ]),
      ),
      default: {
        description: 'What went wrong, and what to do',
        content: { [PROBLEM_TYPE]: { schema: ProblemAnswer } },
      },
    },
  };
}

function answerContent(
  spec: AnySpec,
  schema: z.ZodType | undefined,
): Record<string, { schema: z.ZodType | typeof BYTES }> {
  const also = (spec.alsoProduces ?? []).map((other) => [other.type, { schema: other.schema ?? BYTES }] as const);
  return { [spec.produces]: { schema: schema ?? BYTES }, ...Object.fromEntries(also) };
}

/** Any one of the scopes is enough. */
function security(authority: 'client' | readonly string[]): Record<string, string[]>[] {
  return authority === 'client' ? [{ oauth: [] }] : authority.map((scope) => ({ oauth: [scope] }));
}

function requestContent(spec: AnySpec): Record<string, { schema: z.ZodType | typeof BYTES | typeof FORM }> {
  const streamed = (type: string) => (type === 'multipart/form-data' ? FORM : BYTES);
  return Object.fromEntries(spec.body.types.map((type) => [type, { schema: spec.body.schema ?? streamed(type) }]));
}
