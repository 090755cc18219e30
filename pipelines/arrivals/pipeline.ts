import {
  accepted,
  badRows,
  bar,
  bigint,
  cardQuery,
  csv,
  date,
  decimal,
  definePipeline,
  double,
  int,
  line,
  notNull,
  parquet,
  pie,
  range,
  references,
  rowCount,
  savedQuery,
  stateMap,
  string,
  table,
  unique,
  values,
} from '../../core/index.ts';

const sasDate = (from: string) =>
  date({ from, epoch: { unit: 'days', since: '1960-01-01' } });

const immigration = parquet('immigration', {
  title: 'I-94 arrival records of one month',
  files: 'sas_data/*.parquet',
  scope: 'period',
  period: 'arrive_date',
  columns: {
    cicid: bigint(),
    arrive_date: sasDate('arrdate'),
    depart_date: sasDate('depdate'),
    i94mode: int(),
    i94addr: string(),
    i94port: string(),
    i94cit: int(),
    i94res: int(),
    i94bir: int(),
    i94visa: int(),
    entdepa: string(),
    entdepd: string(),
    entdepu: string(),
    matflag: string(),
    biryear: int(),
    gender: string(),
    visatype: string(),
  },
  // biome-ignore format: one name a line would fill the page
  unused: [
    'i94yr', 'i94mon', 'count', 'dtadfile', 'visapost', 'occup', 'dtaddto',
    'insnum', 'airline', 'admnum', 'fltno',
  ],
  keep: 'i94mode = 1 AND (i94bir IS NULL OR i94bir >= 0)',
  oneRowPer: { key: ['cicid'] },
});

/** One value list of the SAS program that describes the records' codes. */
const valueList = <const C extends Parameters<typeof values>[1]['columns']>(
  name: string,
  block: string,
  columns: C,
) => values(name, { files: 'I94_SAS_Labels_Descriptions.SAS', block, columns });

const code = int({ from: 'code' });
const letters = string({ from: 'code' });
const label = string({ from: 'label' });
const ports = valueList('ports', '$i94prtl', { port_code: letters, label });
const countries = valueList('countries', 'i94cntyl', { code, country: label });
const modes = valueList('modes', 'i94model', { code, mode: label });
const states = valueList('states', 'i94addrl', {
  state_code: letters,
  state: label,
});
const visas = valueList('visas', 'I94VISA', { code, visa: label });

const demographics = csv('demographics', {
  title: 'US cities of 65,000 people and more, a row per city and race',
  url: 'https://public.opendatasoft.com/explore/dataset/us-cities-demographics/download/?format=csv&timezone=UTC&lang=en&use_labels_for_header=true&csv_separator=%3B',
  files: 'us-cities-demographics.csv',
  separator: ';',
  columns: {
    city: string({ from: 'City' }),
    state: string({ from: 'State' }),
    state_code: string({ from: 'State Code' }),
    median_age: decimal(4, 1, { from: 'Median Age' }),
    total_population: bigint({ from: 'Total Population' }),
    foreign_born: bigint({ from: 'Foreign-born' }),
  },
  // biome-ignore format: one name a line would fill the page
  unused: [
    'Male Population', 'Female Population', 'Number of Veterans',
    'Average Household Size', 'Race', 'Count',
  ],
});

const airports = csv('airports', {
  title: 'US airfields of every kind, open and closed',
  files: 'us-airports.csv',
  columns: {
    ident: string(),
    kind: string({ from: 'type' }),
    airport_name: string({ from: 'name' }),
    latitude: double({ from: 'latitude_deg' }),
    longitude: double({ from: 'longitude_deg' }),
    state_code: string({ from: 'iso_region' }),
    city: string({ from: 'municipality' }),
    score: bigint(),
  },
  // biome-ignore format: one name a line would fill the page
  unused: [
    'id', 'elevation_ft', 'continent', 'iso_country', 'scheduled_service',
    'gps_code', 'iata_code', 'local_code', 'home_link', 'wikipedia_link',
    'keywords', 'last_updated',
  ],
});

const temperatures = csv('temperatures', {
  title: 'Monthly land temperatures by state, in degrees Celsius',
  files: 'GlobalLandTemperaturesByState.csv',
  columns: {
    // A spreadsheet knows no day before 1900 and left those as they were.
    month: date({ from: 'dt', format: ['yyyy-MM-dd', 'M/d/yyyy'] }),
    temperature: double({ from: 'AverageTemperature' }),
    state: string({ from: 'State' }),
    country: string({ from: 'Country' }),
  },
  unused: ['AverageTemperatureUncertainty'],
});
