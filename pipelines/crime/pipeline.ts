import {
  badRows,
  bigint,
  boolean,
  cardQuery,
  date,
  dateRange,
  days,
  definePipeline,
  double,
  freshness,
  int,
  line,
  minutes,
  mysql,
  notNull,
  on,
  pointMap,
  range,
  row,
  rowCount,
  savedQuery,
  scalar,
  string,
  table,
  textFilter,
  timestamp,
} from '../../core/index.ts';

const columns = {
  id: bigint({ doc: 'Of the report; a case may have several' }),
  case_number: string(),
  occurred_at: timestamp({ doc: 'Local time in Chicago' }),
  block: string({ doc: 'The address, its last two digits masked' }),
  iucr: string({ doc: 'Illinois Uniform Crime Reporting code' }),
  primary_type: string(),
  description: string(),
  location_description: string(),
  arrest: boolean(),
  domestic: boolean(),
  beat: string(),
  district: string(),
  ward: int(),
  community_area: int(),
  fbi_code: string(),
  x_coordinate: int({ doc: 'Feet, Illinois East State Plane, NAD 1983' }),
  y_coordinate: int({ doc: 'Feet, Illinois East State Plane, NAD 1983' }),
  year: int(),
  updated_on: timestamp({ doc: 'Local time in Chicago' }),
  latitude: double(),
  longitude: double(),
};

/** How the city's portal writes its dates. */
const portalTime = 'MM/dd/yyyy hh:mm:ss a';

const reported = mysql('reported', {
  title: 'Reported crimes',
  secret: 'crime/mysql',
  table: 'crime_reported',
  key: 'id',
  watermark: 'updated_on',
  // A load stamps its rows with the portal's time, hours before they arrive.
  lookback: days(3),
  columns,
  oneRowPer: { key: ['id'], newest: 'updated_on' },
  recording: {
    files: 'crimes_2001_to_present_sample_*.csv',
    columns: {
      id: { from: 'ID' },
      case_number: { from: 'Case Number' },
      occurred_at: { from: 'Date', format: portalTime },
      block: { from: 'Block' },
      iucr: { from: 'IUCR' },
      primary_type: { from: 'Primary Type' },
      description: { from: 'Description' },
      location_description: { from: 'Location Description' },
      arrest: { from: 'Arrest' },
      domestic: { from: 'Domestic' },
      beat: { from: 'Beat' },
      district: { from: 'District' },
      ward: { from: 'Ward' },
      community_area: { from: 'Community Area' },
      fbi_code: { from: 'FBI Code' },
      x_coordinate: { from: 'X Coordinate' },
      y_coordinate: { from: 'Y Coordinate' },
      year: { from: 'Year' },
      updated_on: { from: 'Updated On', format: portalTime },
      latitude: { from: 'Latitude' },
      longitude: { from: 'Longitude' },
    },
    unused: ['Location'],
  },
});

const crimeReported = table('crime_reported', {
  title: 'Reported crimes, as last updated',
  mode: 'merge',
  columns,
  key: ['id'],
  newest: 'updated_on',
  sortBy: ['occurred_at', 'id'],
});

const unsolvedByType = table('unsolved_by_type', {
  title: 'Crimes without an arrest, by type',
  columns: { primary_type: string(), crimes: bigint() },
  key: ['primary_type'],
});

const unsolvedByMonth = table('unsolved_by_month', {
  title: 'Crimes without an arrest, by month and type',
  columns: { month: date(), primary_type: string(), crimes: bigint() },
  key: ['month', 'primary_type'],
  sortBy: ['month', 'primary_type'],
});

const unsolvedShare = cardQuery('unsolved_share', { share: double() });
const latestMonths = cardQuery('latest_months', {
  month: date(),
  crimes: bigint(),
});
const unsolvedPoints = cardQuery('unsolved_points', {
  longitude: double(),
  latitude: double(),
});

export default definePipeline({
  name: 'crime',
  title: 'Chicago crimes without an arrest',
  description:
    'Reported crimes for which nobody has been arrested: how many, of which ' +
    'type, when and where',
  period: 'day',
  schedule: 'cron(0 6 * * ? *)',
  timezone: 'America/Chicago',
  sla: minutes(36),
  // Reports are merged and never leave: only types and months may get fewer, by
  // arrests that come late.
  maxDrop: 0.1,
  sources: [reported],
  tables: [crimeReported, unsolvedByType, unsolvedByMonth],
  checks: [
    notNull(
      reported,
      ['id', 'occurred_at', 'primary_type', 'arrest', 'updated_on'],
      { severity: 'quarantine' },
    ),
    notNull(crimeReported, ['id', 'updated_on']),
    badRows(
      crimeReported,
      'year of occurred_at',
      'year <> CAST(EXTRACT(YEAR FROM occurred_at) AS INTEGER)',
      { severity: 'warn' },
    ),
    range(
      crimeReported,
      'latitude',
      { min: 41.6, max: 42.1 },
      { severity: 'warn', name: 'latitude in Chicago' },
    ),
    freshness(crimeReported, 'updated_on', days(7), { severity: 'warn' }),
    notNull(unsolvedByType, 'primary_type'),
    rowCount(unsolvedByType, { min: 1, maxDrop: 0.5 }),
  ],
  queries: [
    savedQuery('unsolved_share_by_type', 'Share without an arrest, by type'),
  ],
  dashboard: [
    scalar('Crimes without an arrest', unsolvedByMonth, { y: 'crimes' }),
    scalar('Share without an arrest', unsolvedShare, {
      y: 'share',
      format: 'percent',
    }),
    scalar('Latest report', crimeReported, {
      y: 'occurred_at',
      format: 'date',
    }),
    row('Crimes without an arrest, by type', unsolvedByMonth, {
      description: 'The 15 types with most',
      x: 'primary_type',
      y: 'crimes',
      top: 15,
    }),
    pointMap('Where no arrest was made', unsolvedPoints, {
      description: 'The latest 2,000 whose place is known',
      longitude: 'longitude',
      latitude: 'latitude',
    }),
    line('Crimes without an arrest, by month', latestMonths, {
      description: 'The latest 24 months with any',
      x: 'month',
      y: 'crimes',
      size: 'full',
    }),
  ],
  filters: [
    dateRange('occurred', 'Date of the crime', [
      on(crimeReported, 'occurred_at'),
      on(unsolvedByMonth, 'month'),
    ]),
    textFilter('type', 'Type', [
      on(crimeReported, 'primary_type'),
      on(unsolvedByMonth, 'primary_type'),
    ]),
  ],
});
