// Lists of columns are packed by hand: one name a line would fill three pages.
// biome-ignore format: packed
import {accepted,badRows,bigint,type Column,cardQuery,csv,date,dateRange,decimal,definePipeline,double,int,line,notNull,on,parquet,pie,range,references,row,rowCount,savedQuery,scalar,stateMap,string,table,textFilter,unique,values} from '../../core/index.ts';

const sasDate = (from: string) =>
  date({ from, epoch: { unit: 'days', since: '1960-01-01' } });

// biome-ignore format: packed
const immigration = parquet('immigration', {
  title: 'I-94 arrival records of one month',
  files: 'sas_data/*.parquet',
  scope: 'period',
  period: 'arrive_date',
  columns: {
    cicid: bigint(), arrive_date: sasDate('arrdate'),
    depart_date: sasDate('depdate'), i94mode: int(), i94addr: string(),
    i94port: string(), i94cit: int(), i94res: int(), i94bir: int(),
    i94visa: int(), entdepa: string(), entdepd: string(), entdepu: string(),
    matflag: string(), biryear: int(), gender: string(), visatype: string(),
  },
  unused: [
    'i94yr', 'i94mon', 'count', 'dtadfile', 'visapost', 'occup', 'dtaddto',
    'insnum', 'airline', 'admnum', 'fltno',
  ],
  keep: 'i94mode = 1 AND (i94bir IS NULL OR i94bir >= 0)',
  oneRowPer: { key: ['cicid'] },
});

/** A list of the SAS program that explains the records' codes. */
const codes = <const C extends Column>(name: string, block: string, code: C) =>
  values(name, {
    files: 'I94_SAS_Labels_Descriptions.SAS',
    block,
    columns: { code, label: string() },
    // A code listed twice would double every arrival that has it.
    oneRowPer: { key: ['code'] },
  });
const ports = codes('ports', '$i94prtl', string());
const countries = codes('countries', 'i94cntyl', int());
const modes = codes('modes', 'i94model', int());
const states = codes('states', 'i94addrl', string());
const visas = codes('visas', 'I94VISA', int());

// biome-ignore format: packed
const demographics = csv('demographics', {
  title: 'The larger cities of the USA, a row per city and race',
  url: 'https://public.opendatasoft.com/explore/dataset/us-cities-demographics/download/?format=csv&timezone=UTC&lang=en&use_labels_for_header=true&csv_separator=%3B',
  files: 'us-cities-demographics.csv',
  separator: ';',
  columns: {
    city: string({ from: 'City' }), state: string({ from: 'State' }),
    state_code: string({ from: 'State Code' }),
    median_age: decimal(4, 1, { from: 'Median Age' }),
    total_population: bigint({ from: 'Total Population' }),
    foreign_born: bigint({ from: 'Foreign-born' }),
  },
  unused: [
    'Male Population', 'Female Population', 'Number of Veterans',
    'Average Household Size', 'Race', 'Count',
  ],
});

// biome-ignore format: packed
const airfieldExtras = [
  'id', 'elevation_ft', 'continent', 'iso_country', 'scheduled_service',
  'gps_code', 'iata_code', 'local_code', 'home_link', 'wikipedia_link',
  'keywords', 'last_updated',
];

// biome-ignore format: packed
const airports = csv('airports', {
  title: 'US airfields of every kind, open and closed',
  url: 'https://ourairports.com/countries/US/airports.csv',
  // The recorded copy names its state in place of the region: CA, not US-CA.
  live: {
    columns: { state_code: { from: 'local_region' } },
    unused: [
      ...airfieldExtras, 'country_name', 'region_name', 'iso_region',
      'icao_code',
    ],
  },
  files: 'us-airports.csv',
  columns: {
    ident: string(), kind: string({ from: 'type' }),
    airport_name: string({ from: 'name' }),
    latitude: double({ from: 'latitude_deg' }),
    longitude: double({ from: 'longitude_deg' }),
    state_code: string({ from: 'iso_region' }),
    city: string({ from: 'municipality' }), score: bigint(),
  },
  unused: airfieldExtras,
});

const temperatures = csv('temperatures', {
  title: 'Monthly land temperatures by state, in degrees Celsius',
  files: 'GlobalLandTemperaturesByState.csv',
  columns: {
    // A spreadsheet knows no day before 1900 and left the older ones alone.
    dated_on: date({ from: 'dt', format: ['yyyy-MM-dd', 'M/d/yyyy'] }),
    temperature: double({ from: 'AverageTemperature' }),
    state: string({ from: 'State' }),
    country: string({ from: 'Country' }),
  },
  unused: ['AverageTemperatureUncertainty'],
});

const month = { arrive_year: int(), arrive_month: int() };
const perTourist = {
  mode: 'partition',
  key: ['tourist_id', 'arrive_year', 'arrive_month'],
  partitionBy: { arrive_year: 'year', arrive_month: 'month' },
} as const;

// biome-ignore format: packed
const factArrivals = table('fact_arrivals', {
  title: 'One row per arrival by air',
  columns: {
    tourist_id: bigint(), arrive_date: date(), depart_date: date(),
    state_code: string(), port_code: string(), arrival_flag: string(),
    departure_flag: string(), update_flag: string(), match_flag: string(),
    ...month,
  },
  ...perTourist,
});

// biome-ignore format: packed
const dimTourist = table('dim_tourist', {
  title: 'Who arrived: one row per arrival',
  columns: {
    tourist_id: bigint(), age: int(), gender: string(), birth_year: int(),
    citizenship: string(), residence: string(), visa: string(),
    visa_type: string(), ...month,
  },
  ...perTourist,
});

// biome-ignore format: packed
const dimStateDestination = table('dim_state_destination', {
  title: 'One row per state code that a traveller gave as destination',
  mode: 'merge',
  key: ['state_code'],
  columns: {
    state_code: string(), state: string(), median_age: double(),
    total_population: bigint(), foreign_born: bigint(),
  },
});

// biome-ignore format: packed
const dimAirport = table('dim_airport', {
  title: 'One row per port of entry, with the main airport of its city',
  mode: 'merge',
  key: ['port_code'],
  columns: {
    port_code: string(), port_city: string(), port_state: string(),
    airport_ident: string(), airport_name: string(), latitude: double(),
    longitude: double(),
  },
});

// biome-ignore format: packed
const dimArriveDate = table('dim_arrive_date', {
  title: 'One row per day of arrival, with the temperature of its month',
  mode: 'merge',
  key: ['arrive_date'],
  columns: {
    arrive_date: date(), year: int(), quarter: int(), month: int(), day: int(),
    weekday: int(), average_temperature: double(), temperature_basis: string(),
  },
});

const setAside = { severity: 'quarantine' } as const;

const arrivals = { arrivals: bigint() };
const totals = cardQuery('totals', {
  ...arrivals,
  ports: bigint(),
  days: bigint(),
});
const byDay = cardQuery('by_day', { arrive_date: date(), ...arrivals });
const byState = cardQuery('by_state', { state_code: string(), ...arrivals });
const byPort = cardQuery('by_port', { port: string(), ...arrivals });
const byVisa = cardQuery('by_visa', { visa: string(), ...arrivals });

export default definePipeline({
  name: 'arrivals',
  title: 'Arrivals to the USA by air',
  description:
    'When travellers arrive, which state they are bound for, where they ' +
    'enter, and on which visa',
  period: 'month',
  schedule: 'cron(0 6 5 * ? *)',
  startDate: '2016-04-01',
  // A month out of season has fewer arrivals, but not less than half of the usual.
  maxDrop: 0.5,
  // biome-ignore format: packed
  sources: [
    immigration, ports, countries, modes, states, visas, demographics,
    airports, temperatures,
  ],
  // biome-ignore format: packed
  tables: [
    factArrivals, dimTourist, dimStateDestination, dimAirport, dimArriveDate,
  ],
  checks: [
    notNull(immigration, 'cicid', setAside),
    badRows(
      immigration,
      'departure before arrival',
      'depart_date < arrive_date',
      setAside,
    ),
    badRows(modes, 'mode 1 is not air', "code = 1 AND label <> 'Air'"),
    rowCount(factArrivals, { min: 1 }),
    unique(factArrivals, perTourist.key),
    unique(dimTourist, perTourist.key),
    unique(dimStateDestination, 'state_code'),
    unique(dimAirport, 'port_code'),
    unique(dimArriveDate, 'arrive_date'),
    references(factArrivals, 'tourist_id', dimTourist, 'tourist_id'),
    references(factArrivals, 'state_code', dimStateDestination, 'state_code'),
    references(factArrivals, 'port_code', dimAirport, 'port_code'),
    references(factArrivals, 'arrive_date', dimArriveDate, 'arrive_date'),
    references(factArrivals, 'port_code', ports, 'code', { severity: 'warn' }),
    range(dimTourist, 'age', { min: 0, max: 120 }, { severity: 'warn' }),
    accepted(dimArriveDate, 'temperature_basis', ['observed', 'climatology']),
  ],
  queries: [
    savedQuery(
      'stayed_april_2016',
      'Travellers who arrived in April 2016 and stayed, with their flags',
    ),
    savedQuery(
      'stayed_april_2016_updated',
      'Travellers who arrived in April 2016 and stayed, with an update flag',
    ),
  ],
  dashboard: [
    scalar('Arrivals', totals, { y: 'arrivals' }),
    scalar('Ports of entry', totals, { y: 'ports' }),
    scalar('Days', totals, { y: 'days' }),
    line('Arrivals by day', byDay, {
      description: 'Travellers who arrived by air',
      x: 'arrive_date',
      y: 'arrivals',
    }),
    stateMap('Arrivals by state', byState, {
      description: 'The state that a traveller gave as destination',
      x: 'state_code',
      y: 'arrivals',
    }),
    row('Arrivals by port', byPort, {
      description: 'The 15 ports of entry with most',
      x: 'port',
      y: 'arrivals',
    }),
    pie('Arrivals by visa', byVisa, {
      description: 'What the visa was given for',
      x: 'visa',
      y: 'arrivals',
    }),
  ],
  filters: [
    dateRange('arrived', 'Day of arrival', [on(factArrivals, 'arrive_date')]),
    textFilter('state', 'State of destination', [
      on(factArrivals, 'state_code'),
    ]),
  ],
});
