import { asked, type Respond } from './startServer.ts';

const PATH = '/rdrweb/rest/ext/ranking';
const KIND = 'Bancos e financeiras';

const quartersOf = (labels: readonly string[], year: string) =>
  labels
    .filter((label) => label.startsWith(year))
    .map((label) => ({
      periodo: Number(label.slice(5)),
      tipos: [{ tipo: KIND }, { tipo: 'Administradoras de consórcio' }],
    }));

/**
 * The central bank's ranking: an index in JSON, and a CSV file in Windows-1252
 * for each year, period and kind of bank.
 * @param quarters by year and quarter, such as `2021-1`.
 */
export const ranking =
  (quarters: Readonly<Record<string, Buffer>>): Respond =>
  (request, response) => {
    const { pathname, searchParams } = asked(request);
    const labels = Object.keys(quarters);
    if (pathname === PATH) {
      const years = [...new Set(labels.map((label) => label.slice(0, 4)))];
      const anos = years.map((year) => ({
        ano: Number(year),
        periodicidades: [
          { periodicidade: 'SEMESTRAL', periodos: [{ periodo: 1, tipos: [] }] },
          { periodicidade: 'TRIMESTRAL', periodos: quartersOf(labels, year) },
        ],
      }));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ anos }));
      return;
    }
    const { ano, periodo, periodicidade, tipo } =
      Object.fromEntries(searchParams);
    const file = quarters[`${ano}-${periodo}`];
    const isKnown = periodicidade === 'TRIMESTRAL' && tipo === KIND && file;
    if (pathname !== `${PATH}/arquivo` || !isKnown) {
      response.writeHead(404);
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(file);
  };
