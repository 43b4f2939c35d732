import { OrganizationsAnswer, OrganizationsQuery } from '../../../api/v1/organizations.ts';
import type { Organisation } from '../../../core/registry/registry.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import { noBody, queryOf } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';

/** A literal search, blind to case and to Vietnamese accents, over names, codes and aliases. */
export const listOrganizations = protectedOperation(
  {
    id: 'listOrganizations',
    method: 'get',
    path: '/v1/organizations',
    summary: 'Find organisations by name or code',
    query: queryOf(OrganizationsQuery),
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The first that match, by code', schema: OrganizationsAnswer } },
  },
  (parts: { readonly registry: Pick<RegistryStore, 'snapshot'> }) =>
    async ({ query }) => {
      const words = fold(query.query);
      const { organisations } = await parts.registry.snapshot();
      const matching = [...organisations.values()].filter((organisation) => matches(organisation, words));
      matching.sort((a, b) => (a.code < b.code ? -1 : 1));
      return answer(200, OrganizationsAnswer, {
        organisations: matching
          .slice(0, query.limit)
          .map(({ code, name, aliases, suspended, receivingConnection }) => ({
            code,
            name,
            aliases,
            receives: !suspended && receivingConnection !== undefined,
          })),
      });
    },
);

function matches({ code, name, aliases }: Organisation, words: string): boolean {
  return [code, name, ...aliases].some((text) => fold(text).includes(words));
}

/** Removes case, combining marks, and the stroke of đ, which no normal form takes apart. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd').trim();
}
