import { type Random, seededRandom } from '../random.ts';
import {
  type RecordedFile,
  recordingDate,
  type ScaleOptions,
  type StreamedText,
} from '../recording.ts';

/** Banks are asked one by one, and each answer is a file: there are no more. */
const MOST_BANKS = 20_000;
const TARIFFS_A_BANK = 24;
const QUARTERS = 8;
const SEGMENTS = ['S1', 'S2', 'S3', 'S4', 'S5'];
const CATEGORIES = [
  'Top 15 - Bancos, Financeiras e Instituições de Pagamento',
  'Demais bancos e financeiras',
];
const UNITS = ['por cliente', 'por evento', 'por operação'];
const SERVICES = 60;
/** One of so many records: a tariff or a rank that cannot be read. */
const FAULT_EVERY = 1000;

const HEADER =
  'Ano;Trimestre;Categoria;Tipo;CNPJ IF;Instituição financeira;Índice;' +
  'Quantidade de reclamações reguladas procedentes;' +
  'Quantidade de reclamações reguladas - outras;' +
  'Quantidade de reclamações não reguladas;' +
  'Quantidade total de reclamações;' +
  'Quantidade total de clientes – CCS e SCR;' +
  'Quantidade de clientes – CCS;Quantidade de clientes – SCR;';

/** The only characters here that Windows-1252 has elsewhere than Unicode. */
const windows1252 = (text: string): Buffer =>
  Buffer.from(text.replaceAll('–', '\x96'), 'latin1');

/** A bank's root, eight digits and some of them zeros at the start. */
const root = (bank: number) => `${100_000 + bank * 4_001}`.padStart(8, '0');

const rank = (
  bank: number,
  quarter: number,
  isConglomerate: boolean,
  random: Random,
) => {
  const [upheld, other, unregulated] = [
    random.int(0, 5000),
    random.int(0, 4000),
    random.int(0, 2000),
  ];
  const customers = random.int(1, 90_000_000);
  const index = ((upheld / customers) * 1_000_000).toFixed(2).split('.');
  const grouped = index[0]?.replace(/\B(?=(\d{3})+$)/g, '.');
  const isFault = (bank + quarter) % FAULT_EVERY === 11;
  return [
    2020 + Math.floor(quarter / 4),
    `${(quarter % 4) + 1}º`,
    CATEGORIES[bank % CATEGORIES.length],
    isConglomerate ? 'Conglomerado' : 'Banco/financeira',
    isConglomerate ? ' ' : root(bank),
    `EXEMPLO ${bank}${isConglomerate ? ' (conglomerado)' : ' S.A.'}`,
    isFault ? 'n/d' : random.chance(0.2) ? ' ' : `${grouped},${index[1]}`,
    upheld,
    other,
    unregulated,
    upheld + other + unregulated,
    customers,
    customers,
    Math.floor(customers / 2),
    '',
  ].join(';');
};

const tariff = (n: number, random: Random, isFault: boolean) => {
  const service = n % SERVICES;
  // Beyond the first of each service come other days of validity.
  const day = new Date(Date.UTC(2008, 3, 10 + Math.floor(n / SERVICES)));
  return {
    CodigoServico: `${service + 101}`.padStart(4, '0'),
    Servico: `Serviço de exemplo ${service + 1}`,
    Unidade: UNITS[service % UNITS.length],
    DataVigencia: isFault ? 'em breve' : day.toISOString().slice(0, 10),
    ValorMaximo: random.chance(0.3) ? 0 : random.int(1, 99_999) / 100,
    TipoValor: random.chance(0.8) ? 'Real' : 'Percentual',
    Periodicidade: 'Por evento',
  };
};

/** The answer for one bank, a tariff at a time. */
function* answer(
  bank: number,
  count: number,
  before: number,
  random: Random,
): Generator<string> {
  yield '{"@odata.context":"https://example.org/$metadata","value":[';
  for (let n = 0; n < count; n++) {
    const isFault = (before + n) % FAULT_EVERY === 17;
    yield `${n > 0 ? ',' : ''}${JSON.stringify(tariff(n, random, isFault))}`;
  }
  yield `],"cnpj":"${root(bank)}"}`;
}

const text = (path: string, lines: readonly string[]) =>
  ({ path, bytes: windows1252(`${lines.join('\n')}\n`) }) as const;

/**
 * Any number of tariffs, those of a bank in a file; each bank has a rank in
 * eight quarters, and a segment. For five banks there is a conglomerate.
 */
export function* scale({
  seed,
  rows,
}: ScaleOptions): Generator<RecordedFile | StreamedText> {
  const random = seededRandom(seed);
  const banks = Math.min(MOST_BANKS, Math.ceil(rows / TARIFFS_A_BANK));
  const ranked = banks + Math.ceil(banks / 5);
  const each = Array.from({ length: banks }, (_, bank) => bank);
  for (let quarter = 0; quarter < QUARTERS; quarter++) {
    const lines = Array.from({ length: ranked }, (_, bank) =>
      rank(bank, quarter, bank >= banks, random),
    );
    const year = 2020 + Math.floor(quarter / 4);
    const name = `${year}_tri_0${(quarter % 4) + 1}.csv`;
    yield text(`ranking/${name}`, [HEADER, ...lines]);
  }
  yield text('EnquadramentoInicia_v2.tsv', [
    'Segmento\tCNPJ\tNome',
    ...each.map((b) => `${SEGMENTS[b % 5]}\t${Number(root(b))}\tEXEMPLO ${b}`),
  ]);
  for (const bank of each) {
    const before = Math.floor((rows * bank) / banks);
    const count = Math.floor((rows * (bank + 1)) / banks) - before;
    const path = `tariffs/${root(bank)}.json`;
    yield { path, parts: answer(bank, count, before, random) };
  }
  yield recordingDate('2021-12-31');
}
