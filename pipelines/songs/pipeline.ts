import {
  accepted,
  bar,
  bigint,
  cardQuery,
  date,
  dateRange,
  definePipeline,
  double,
  hours,
  int,
  json,
  line,
  notNull,
  on,
  originLine,
  originPath,
  pie,
  references,
  row,
  rowCount,
  savedQuery,
  scalar,
  string,
  table,
  textFilter,
  timestamp,
  unique,
} from '../../core/index.ts';

const songData = json('song_data', {
  title: 'One small file per song',
  files: 'song_data/**/*.json',
  // There are thousands, in folders by the letters of their names.
  parts: 4,
  unused: ['num_songs'],
  columns: {
    song_id: string(),
    title: string(),
    artist_id: string(),
    artist_name: string(),
    artist_location: string(),
    artist_latitude: double(),
    artist_longitude: double(),
    year: int({ doc: '0 where unknown' }),
    duration: double({ doc: 'Seconds' }),
    // Of several rows of one song or artist the least place wins.
    origin_path: originPath(),
    origin_line: originLine(),
  },
});

const logData = json('log_data', {
  title: 'The events of the player, of which plays are kept',
  files: 'log_data/{yyyy}/{MM}/*.json',
  scope: 'period',
  keep: "page = 'NextSong'",
  unused: ['auth', 'method', 'registration', 'status'],
  columns: {
    start_time: timestamp({
      from: 'ts',
      epoch: { unit: 'milliseconds', since: '1970-01-01' },
    }),
    page: string(),
    user_id: string({ from: 'userId', doc: 'Blank when logged out' }),
    first_name: string({ from: 'firstName' }),
    last_name: string({ from: 'lastName' }),
    gender: string(),
    level: string(),
    session_id: bigint({ from: 'sessionId' }),
    item_in_session: int({ from: 'itemInSession' }),
    song: string(),
    artist: string(),
    length: double(),
    location: string(),
    user_agent: string({ from: 'userAgent' }),
    origin_path: originPath(),
    origin_line: originLine(),
  },
});

const songs = table('songs', {
  title: 'One row per song',
  key: ['song_id'],
  // The catalogue only grows: fewer songs are files that are missing.
  maxDrop: 0.1,
  sortBy: ['year', 'artist_id'],
  columns: {
    song_id: string(),
    title: string(),
    artist_id: string(),
    year: int(),
    duration: double(),
  },
});

const artists = table('artists', {
  title: 'One row per artist',
  key: ['artist_id'],
  maxDrop: 0.1,
  columns: {
    artist_id: string(),
    name: string(),
    location: string(),
    latitude: double(),
    longitude: double(),
  },
});

const users = table('users', {
  title: 'One row per user, as in the latest play',
  mode: 'merge',
  key: ['user_id'],
  newest: 'last_event_at',
  columns: {
    user_id: string(),
    first_name: string(),
    last_name: string(),
    gender: string(),
    level: string(),
    last_event_at: timestamp(),
  },
});

const month = { year: 'year', month: 'month' } as const;

const time = table('time', {
  title: 'One row per moment (UTC) at which a song was started',
  mode: 'partition',
  partitionBy: month,
  key: ['start_time'],
  columns: {
    start_time: timestamp(),
    hour: int(),
    day: int(),
    week: int({ doc: 'ISO 8601' }),
    weekday: int({ doc: '1 is Monday' }),
    year: int(),
    month: int(),
  },
});

const songplays = table('songplays', {
  title: 'One row per play',
  mode: 'partition',
  partitionBy: month,
  key: ['songplay_id'],
  sortBy: ['start_time'],
  columns: {
    songplay_id: string({ doc: 'User, session and item, joined by -' }),
    start_time: timestamp(),
    user_id: string(),
    level: string(),
    song_id: string({ doc: 'Known where title, artist and length match' }),
    artist_id: string(),
    session_id: bigint(),
    location: string(),
    user_agent: string(),
    year: int(),
    month: int(),
  },
});

const plays = bigint();
const totals = cardQuery('totals', {
  plays,
  listeners: bigint(),
  paid_share: double(),
});
const byHour = cardQuery('plays_by_hour', { hour: int(), plays });
const byWeekday = cardQuery('plays_by_weekday', { weekday: string(), plays });
const byLevel = cardQuery('plays_by_level', { level: string(), plays });
const byDay = cardQuery('plays_by_day', {
  day: date(),
  level: string(),
  plays,
});
const topSongs = cardQuery('top_songs', { song: string(), plays });
const topArtists = cardQuery('top_artists', { artist: string(), plays });

export default definePipeline({
  name: 'songs',
  title: 'What is played',
  description: 'How many songs are played, when, by whom, and which the most',
  period: 'month',
  schedule: 'cron(0 4 1 * ? *)',
  sla: hours(4),
  // Months differ, but half of the plays of the months before are rather lost.
  maxDrop: 0.5,
  sources: [songData, logData],
  tables: [songs, artists, users, time, songplays],
  checks: [
    notNull(songData, ['song_id', 'artist_id'], { severity: 'quarantine' }),
    notNull(logData, ['start_time', 'session_id', 'item_in_session'], {
      severity: 'quarantine',
    }),
    unique(songs, 'song_id'),
    unique(artists, 'artist_id'),
    unique(users, 'user_id'),
    notNull(users, 'user_id'),
    accepted(users, 'level', ['free', 'paid'], { severity: 'warn' }),
    unique(time, 'start_time'),
    unique(songplays, 'songplay_id'),
    notNull(songplays, 'user_id', { severity: 'warn' }),
    rowCount(songplays, { min: 1 }),
    references(songs, 'artist_id', artists, 'artist_id'),
    references(songplays, 'song_id', songs, 'song_id'),
    references(songplays, 'artist_id', artists, 'artist_id'),
    references(songplays, 'user_id', users, 'user_id'),
    references(songplays, 'start_time', time, 'start_time'),
  ],
  queries: [
    savedQuery('known_songs', 'The share of plays whose song is known'),
    savedQuery('sessions', 'The longest sessions'),
  ],
  dashboard: [
    scalar('Plays', totals, { y: 'plays' }),
    scalar('Listeners', totals, { y: 'listeners' }),
    scalar('Plays by paying listeners', totals, {
      y: 'paid_share',
      format: 'percent',
    }),
    bar('Plays by hour', byHour, {
      description: 'Hour of the day, UTC',
      x: 'hour',
      y: 'plays',
    }),
    bar('Plays by weekday', byWeekday, {
      description: 'UTC',
      x: 'weekday',
      y: 'plays',
    }),
    pie('Paid against free', byLevel, {
      description: 'Plays by what the listener paid at the time',
      x: 'level',
      y: 'plays',
    }),
    line('Paid against free, by day', byDay, {
      description: 'Plays a day, UTC',
      x: 'day',
      y: 'plays',
      series: 'level',
    }),
    row('Top songs', topSongs, {
      description: 'Plays of known songs only',
      x: 'song',
      y: 'plays',
    }),
    row('Top artists', topArtists, {
      description: 'Plays of known songs only',
      x: 'artist',
      y: 'plays',
    }),
  ],
  filters: [
    dateRange('played', 'Day of the play', [on(songplays, 'start_time')]),
    textFilter('level', 'Paid or free', [on(songplays, 'level')]),
  ],
});
