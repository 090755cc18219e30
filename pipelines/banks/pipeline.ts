import {
  accepted,
  badRows,
  bigint,
  boolean,
  cardQuery,
  csv,
  date,
  decimal,
  definePipeline,
  double,
  hours,
  int,
  notNull,
  on,
  range,
  references,
  rest,
  row,
  rowCount,
  savedQuery,
  scalar,
  scatter,
  string,
  table,
  tableCard,
  textFilter,
} from '../../core/index.ts';

const root = { pad: { length: 8, with: '0' } };
const total = 'Quantidade total de';
const counted = 'Quantidade de reclamações';

const complaintFigures = {
  // Upheld complaints for each million customers, as the ranking gives it.
  complaint_index: decimal(12, 2, {
    from: 'Índice',
    decimalMark: ',',
    thousands: '.',
  }),
  upheld_regulated: int({ from: `${counted} reguladas procedentes` }),
  other_regulated: int({ from: `${counted} reguladas - outras` }),
  unregulated: int({ from: `${counted} não reguladas` }),
  complaints: int({ from: `${total} reclamações` }),
  customers: bigint({ from: `${total} clientes – CCS e SCR` }),
  customers_ccs: bigint({ from: 'Quantidade de clientes – CCS' }),
  customers_scr: bigint({ from: 'Quantidade de clientes – SCR' }),
};
const index = 'https://www3.bcb.gov.br/rdrweb/rest/ext/ranking';
const ranking = csv('ranking', {
  files: 'ranking/*.csv',
  url: `${index}/arquivo?ano={ano}&periodicidade={periodicidade}&periodo={periodo}&tipo={tipo}`,
  forEach: {
    index,
    lists: [
      { list: 'anos', as: 'ano' },
      { list: 'periodicidades', as: 'periodicidade' },
      { list: 'periodos', as: 'periodo' },
      { list: 'tipos', as: 'tipo' },
    ],
    // Files of earlier years have other columns.
    where: {
      ano: { from: 2020, to: '{yyyy}' },
      periodicidade: 'TRIMESTRAL',
      tipo: 'Bancos e financeiras',
    },
  },
  encoding: 'windows-1252',
  separator: ';',
  columns: {
    year: int({ from: 'Ano' }),
    quarter: string({ from: 'Trimestre' }),
    category: string({ from: 'Categoria' }),
    kind: string({ from: 'Tipo' }),
    cnpj: string({ from: 'CNPJ IF', ...root }),
    bank_name: string({ from: 'Instituição financeira' }),
    ...complaintFigures,
  },
  // From the second quarter of 2020 on, every line ends in a separator.
  unused: [''],
});

const charge = {
  unit: string({ from: 'Unidade' }),
  periodicity: string({ from: 'Periodicidade' }),
  valid_from: date({ from: 'DataVigencia' }),
  maximum_value: decimal(12, 2, { from: 'ValorMaximo' }),
  value_type: string({ from: 'TipoValor' }),
};
const tariffs = rest('tariffs', {
  files: 'tariffs/*.json',
  url:
    'https://olinda.bcb.gov.br/olinda/servico/' +
    'Informes_ListaTarifasPorInstituicaoFinanceira/versao/v1/odata/' +
    'ListaTarifasPorInstituicaoFinanceira' +
    '(PessoaFisicaOuJuridica=@PessoaFisicaOuJuridica,CNPJ=@CNPJ)',
  params: {
    '@PessoaFisicaOuJuridica': "'J'",
    '@CNPJ': "'{cnpj}'",
    $format: 'json',
  },
  // Olinda has no bound of its own: https://olinda.bcb.gov.br, and asking once
  // more for each of some thousand banks would double the requests.
  paging: { style: 'odata', top: 100, shortPage: 'last' },
  forEach: { source: ranking, column: 'cnpj' },
  records: 'value',
  columns: {
    cnpj: string({ from: '/cnpj', ...root }),
    service_code: string({ from: 'CodigoServico' }),
    service: string({ from: 'Servico' }),
    ...charge,
  },
  // A bank may have been asked twice, once without its leading zeros.
  oneRowPer: { key: ['cnpj', 'service', 'unit', 'periodicity', 'valid_from'] },
});

const segments = csv('segments', {
  files: 'EnquadramentoInicia_v2.tsv',
  separator: '\t',
  columns: {
    segment: string({ from: 'Segmento' }),
    cnpj: string({ from: 'CNPJ', ...root }),
    name: string({ from: 'Nome' }),
  },
});

const dimBank = table('dim_bank', {
  columns: {
    bank_id: string(),
    cnpj: string(),
    bank_name: string(),
    kind: string(),
    segment: string(),
    bridged_cnpj: string({ doc: 'Of the head of a conglomerate, by its name' }),
  },
  key: ['bank_id'],
});
const dimQuarter = table('dim_quarter', {
  columns: {
    quarter_id: string(),
    year: int(),
    quarter: int(),
    starts_on: date(),
  },
  key: ['quarter_id'],
});
const dimCategory = table('dim_category', {
  columns: { category_id: string(), category: string() },
  key: ['category_id'],
});
const dimService = table('dim_service', {
  columns: { service_id: string(), service_code: string(), service: string() },
  key: ['service_id'],
});
const factComplaints = table('fact_complaints', {
  columns: {
    bank_id: string(),
    quarter_id: string(),
    category_id: string(),
    ...complaintFigures,
  },
  key: ['bank_id', 'quarter_id', 'category_id'],
});
const factTariffs = table('fact_tariffs', {
  columns: {
    bank_id: string(),
    service_id: string(),
    ...charge,
    free: boolean(),
  },
  key: ['bank_id', 'service_id', 'unit', 'periodicity', 'valid_from'],
});
const scorecard = table('bank_scorecard', {
  columns: {
    bank_id: string(),
    bank_name: string(),
    complaints: bigint(),
    customers: bigint(),
    complaints_per_million: double(),
    services: bigint(),
    free_services: bigint(),
    paid_services: bigint(),
  },
  key: ['bank_id'],
});

const perMillion = cardQuery('per_million', {
  bank_name: string(),
  complaints: bigint(),
  customers: bigint(),
  complaints_per_million: double(),
  free_services: bigint(),
  paid_services: bigint(),
});
const totals = cardQuery('totals', { banks: bigint(), charging: bigint() });

const [aside, warn] = [
  { severity: 'quarantine' },
  { severity: 'warn' },
] as const;

export default definePipeline({
  name: 'banks',
  title: 'Complaints against Brazilian banks, and what they charge',
  description:
    'Whom do customers complain about, how many services do banks offer, and ' +
    'how many are free?',
  period: 'snapshot',
  schedule: 'cron(0 9 20 * ? *)',
  timezone: 'America/Sao_Paulo',
  sla: hours(2),
  // A snapshot has all quarters, so that rows are added: `status` warns of a loss
  // before it is large enough for a check to stop the run.
  maxDrop: 0.1,
  sources: [ranking, tariffs, segments],
  tables: [
    dimBank,
    dimQuarter,
    dimCategory,
    dimService,
    factComplaints,
    factTariffs,
    scorecard,
  ],
  checks: [
    notNull(ranking, ['year', 'quarter', 'category', 'bank_name'], aside),
    badRows(
      ranking,
      'quarter begins with 1 to 4',
      "substr(quarter, 1, 1) NOT IN ('1', '2', '3', '4')",
      aside,
    ),
    notNull(tariffs, ['cnpj', 'service', 'valid_from'], aside),
    accepted(tariffs, 'value_type', ['Real', 'Percentual'], warn),
    accepted(segments, 'segment', ['S1', 'S2', 'S3', 'S4', 'S5'], warn),
    references(factComplaints, 'bank_id', dimBank, 'bank_id'),
    references(factComplaints, 'quarter_id', dimQuarter, 'quarter_id'),
    references(factComplaints, 'category_id', dimCategory, 'category_id'),
    references(factTariffs, 'bank_id', dimBank, 'bank_id'),
    references(factTariffs, 'service_id', dimService, 'service_id'),
    references(scorecard, 'bank_id', dimBank, 'bank_id'),
    badRows(
      factComplaints,
      'complaints add up',
      'complaints <> upheld_regulated + other_regulated + unregulated',
      warn,
    ),
    range(factTariffs, 'maximum_value', { min: 0 }),
    rowCount(factComplaints, { min: 1, maxDrop: 0.2 }),
    rowCount(factTariffs, { min: 1, maxDrop: 0.5 }),
  ],
  queries: [
    savedQuery(
      'tariffs_of_conglomerates',
      'What the head of each conglomerate charges',
    ),
  ],
  dashboard: [
    scalar('Banks', totals, { y: 'banks' }),
    scalar('Complaints', scorecard, { y: 'complaints' }),
    scalar('Banks whose charges are known', totals, { y: 'charging' }),
    scatter('Services offered against complaints', scorecard, {
      description: 'A dot is a bank; services as its list of charges has them',
      x: 'services',
      y: 'complaints',
      label: 'bank_name',
      size: 'full',
    }),
    row('Banks with most complaints', scorecard, {
      description: 'All quarters together',
      x: 'bank_name',
      y: 'complaints',
      top: 15,
    }),
    row('Banks with most free services', scorecard, {
      description: 'Services whose maximum charge is 0',
      x: 'bank_name',
      y: 'free_services',
      top: 15,
    }),
    tableCard('Most complaints for their customers', perMillion, {
      description: 'Banks with 100,000 customers or more',
      y: 'complaints_per_million',
      top: 10,
      size: 'full',
    }),
  ],
  filters: [textFilter('bank', 'Bank', [on(scorecard, 'bank_name')])],
});
