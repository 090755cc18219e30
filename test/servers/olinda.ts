import { asked, type Respond } from './startServer.ts';

/** What a bank charges, as the service gives it: without the bank. */
export type Tariff = Readonly<Record<string, unknown>>;

const CONTEXT =
  'https://was-p.bcnet.bcb.gov.br/olinda/servico/' +
  'Informes_ListaTarifasPorInstituicaoFinanceira/versao/v1/odata$metadata#' +
  '_ListaTarifasPorInstituicaoFinanceira';

/** Texts are in single quotes, as in OData; anything else is refused. */
const textOf = (value: string | null): string | undefined =>
  /^'([^']*)'$/.exec(value ?? '')?.[1];

/**
 * The tariffs of the central bank's Olinda: a function of OData whose
 * parameters stand for `@` names, with `$top`, `$skip` and `$format`. A bank
 * that it does not know has an empty list, and no next link.
 */
export const olinda =
  (tariffs: Readonly<Record<string, readonly Tariff[]>>): Respond =>
  (request, response) => {
    const { pathname, searchParams } = asked(request);
    const kind = textOf(searchParams.get('@PessoaFisicaOuJuridica'));
    const cnpj = textOf(searchParams.get('@CNPJ'));
    const isFunction = decodeURIComponent(pathname).endsWith(
      '/odata/ListaTarifasPorInstituicaoFinanceira' +
        '(PessoaFisicaOuJuridica=@PessoaFisicaOuJuridica,CNPJ=@CNPJ)',
    );
    const isJson = searchParams.get('$format') === 'json';
    if (!isFunction || !isJson || kind !== 'J' || cnpj === undefined) {
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end('/* The parameters are not those of the function. */');
      return;
    }
    const skip = Number(searchParams.get('$skip') ?? 0);
    const top = Number(searchParams.get('$top') ?? Number.MAX_SAFE_INTEGER);
    const value = (tariffs[cnpj] ?? []).slice(skip, skip + top);
    response.writeHead(200, {
      'content-type': 'application/json;odata.metadata=minimal',
    });
    response.end(JSON.stringify({ '@odata.context': CONTEXT, value }));
  };
