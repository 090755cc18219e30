import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Random, seededRandom } from '../random.ts';
import {
  periodsFrom,
  type RecordedText,
  type RecordOptions,
  recordingDate,
  seedOf,
} from '../recording.ts';

const FIRST = [
  'Paper Slow Glass Amber Hollow Silent Northern Borrowed Copper Little',
  'Distant Velvet Été Restless Winter Open',
].flatMap((words) => words.split(' '));
const SECOND = [
  'Lanterns Harbour Orchard Signals Static Weather Rooftops Postcards',
  'Meridian Engines Gardens Tides Kites Corridors Comets Ferries',
].flatMap((words) => words.split(' '));
const GROUPS = 'Trio Ensemble Collective Brothers Sisters Quartet'.split(' ');
const PLACES = ['Porto', 'Lagos', 'São Paulo', ' Oslo ', 'Osaka', 'Quito'];
const PEOPLE = 'Ada Bruno Chidi Dara Emil Farah Goran Hana Ivo Jun'.split(' ');
const FAMILIES = 'Alder Birch Cedar Hazel Linden Maple Rowan'.split(' ');
const CITIES = ['Springfield, IL', 'Fairview, OR', 'Riverton, WY-UT'];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) Player/2.1',
  '"Mozilla/5.0 (Macintosh; Intel Mac OS X 13_3) Player/2.0"',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) Player/1.9',
];
const BEFORE_PLAYS = ['Home', 'Settings', 'Help', 'About'];
/** The share of a week's sessions on each weekday, from Monday on. */
export const WEEK = [3, 2, 3, 3, 5, 7, 6];

const letters = (n: number, length: number) =>
  Array.from({ length }, (_, i) =>
    String.fromCharCode(65 + (Math.floor(n / 26 ** (length - 1 - i)) % 26)),
  );
const id = (prefix: string, n: number) =>
  `${prefix}${letters(n * 7919, 7).join('')}12${n.toString(16).padStart(7, '0')}`;

export const makeSongs = (count: number, random: Random) => {
  const artists = Array.from({ length: Math.ceil(count * 0.6) }, (_, i) => ({
    artist_id: id('AR', i + 1),
    artist_name: `${random.pick(SECOND)} ${random.pick(GROUPS)}`,
    artist_location: random.chance(0.5) ? random.pick(PLACES) : '',
    artist_latitude: random.chance(0.3) ? random.int(-90e4, 90e4) / 1e4 : null,
    artist_longitude: null as number | null,
  }));
  for (const artist of artists)
    if (artist.artist_latitude !== null)
      artist.artist_longitude = random.int(-180e4, 180e4) / 1e4;
  return Array.from({ length: count }, (_, i) => {
    const artist = random.pick(artists);
    return {
      ...artist,
      artist_name: random.chance(0.1)
        ? `${artist.artist_name} feat. ${random.pick(PEOPLE)}`
        : artist.artist_name,
      duration: random.int(90e5, 420e5) / 1e5,
      num_songs: 1,
      song_id: id('SO', i + 1),
      title: `${random.pick(FIRST)} ${random.pick(SECOND)}`,
      year: random.chance(0.3) ? 0 : random.int(1966, 2022),
    };
  });
};
type Song = ReturnType<typeof makeSongs>[number];

/** What hand-edited and machine-made files got wrong, once each. */
export const addQuirks = (songs: Song[]) => {
  const [a, b, twin, numeric, padded, orphan] = songs;
  if (!a || !b || !twin || !numeric || !padded || !orphan) return;
  const { artist_id } = a;
  Object.assign(b, { artist_id, artist_location: 'Elsewhere', year: 2004 });
  const { title, artist_name, duration } = a;
  Object.assign(twin, { title, artist_name, duration });
  Object.assign(numeric, { artist_name: 2046, artist_location: 31 });
  padded.title += ' ';
  Object.assign(orphan, { artist_id: null });
};

export const songFile = (i: number, songs: readonly Song[]) => {
  const [x, y, z] = letters(Math.floor(i / 10), 3);
  const number = (i * 4093).toString(16).toUpperCase().padStart(7, '0');
  const name = `TR${x}${y}${z}${letters(i, 2).join('')}128F${number}`;
  const song = songs[i];
  // The first file was edited by hand, and holds the second one's song too.
  const text =
    i === 0
      ? songs
          .slice(0, 2)
          .map((each) => `${JSON.stringify({ ...each, year: 0 }, null, 2)}\n`)
          .join('')
      : JSON.stringify(song);
  return { path: `song_data/${x}/${y}/${z}/${name}.json`, text };
};

/** The title, artist and length that a play reports: half are in the files. */
const played = (songs: readonly Song[], random: Random) => {
  const known = songs[Math.floor(random.next() ** 2.5 * songs.length)] as Song;
  const song = String(known.title).trim();
  const play = { artist: `${known.artist_name}`, length: known.duration, song };
  if (random.chance(0.5)) return play;
  if (random.chance(0.2)) return { ...play, length: play.length + 1 };
  if (random.chance(0.2)) return { ...play, artist: 'Somebody Else' };
  return {
    artist: `The ${random.pick(SECOND)}`,
    length: random.int(90e5, 420e5) / 1e5,
    song: `${random.pick(SECOND)} in ${random.pick(FIRST)}`,
  };
};

export const makeUsers = (count: number, random: Random) =>
  Array.from({ length: count }, (_, i) => ({
    firstName: random.pick(PEOPLE),
    gender: random.pick(['F', 'M']),
    lastName: random.pick(FAMILIES),
    level: random.chance(0.3) ? 'paid' : 'free',
    location: random.pick(CITIES),
    registration: 1_680_000_000_000 + i * 86_413_000,
    userAgent: random.pick(AGENTS),
    userId: `${i + 2}`,
  }));
type User = ReturnType<typeof makeUsers>[number];

const NOBODY = {
  firstName: null,
  gender: null,
  lastName: null,
  level: 'free',
  location: null,
  registration: null,
  userAgent: null,
  userId: '',
};
const NOTHING = { artist: null, length: null, song: null };

/** One sitting: a page or two, some plays, and at times a change of level. */
export const session = (
  sessionId: number,
  start: number,
  user: User,
  songs: readonly Song[],
  random: Random,
) => {
  let ts = start;
  const events: Record<string, unknown>[] = [];
  const add = (page: string, who: object, play: object, pause: number) => {
    const item = { itemInSession: events.length, page, sessionId, ts };
    const auth = who === NOBODY ? 'Logged Out' : 'Logged In';
    const method = page === 'NextSong' ? 'PUT' : 'GET';
    events.push({ auth, method, status: 200, ...item, ...who, ...play });
    ts += pause;
  };
  if (random.chance(0.3)) add('Login', NOBODY, NOTHING, 2000);
  if (random.chance(0.5)) add(random.pick(BEFORE_PLAYS), user, NOTHING, 9000);
  for (let left = random.int(2, 14); left > 0; left--) {
    const play = played(songs, random);
    add('NextSong', user, play, Math.floor(play.length) * 1000);
  }
  if (random.chance(0.15)) {
    const page = user.level === 'free' ? 'Submit Upgrade' : 'Submit Downgrade';
    add(page, user, NOTHING, 5000);
    user.level = user.level === 'free' ? 'paid' : 'free';
    add('NextSong', user, played(songs, random), 60_000);
  }
  if (random.chance(0.2)) add('Logout', user, NOTHING, 1000);
  return events;
};

/** Ties and oddities, on top of the last play of the last day. */
const oddEvents = (last: Record<string, unknown>, user: User) => {
  const play = { ...last, ...user, page: 'NextSong', sessionId: 9001 };
  return [
    // At one moment, a user on two levels: the greater item is the newer one.
    { ...play, itemInSession: 1, level: 'paid' },
    { ...play, itemInSession: 0, level: 'free' },
    { ...play, ...NOBODY, itemInSession: 2, auth: 'Logged Out' },
    { ...play, itemInSession: 3, ts: 'just now' },
  ];
};

const DAY = 86_400_000;

/**
 * `songs` files of a song each, then `days` files (at most 28) with the events
 * of about `sessions` sittings of some nine events each, all in one month.
 * @param eventSeed other events than those that follow from the seed.
 */
export function* generate({
  seed = 1,
  songs = 150,
  sessions = 26,
  days = 14,
  month = '2018-10',
  firstSession = 100,
  eventSeed = undefined as number | undefined,
} = {}) {
  let random = seededRandom(seed);
  const catalogue = makeSongs(songs, random);
  addQuirks(catalogue);
  for (let i = 0; i < songs; i++) yield songFile(i, catalogue);
  const users = makeUsers(Math.max(16, Math.ceil(sessions / 40)), random);
  const share = (day: number) => WEEK[day % 7] as number;
  const week = WEEK.reduce((sum, each) => sum + each);
  if (eventSeed !== undefined) random = seededRandom(eventSeed);
  const from = Date.parse(`${month}-01`);
  let sessionId = firstSession;
  for (let day = 0; day < days; day++) {
    const many = Math.ceil((sessions * share(day) * 7) / (week * days));
    const starts = Array.from({ length: many }, () =>
      // From 05:00 to 21:00, and most in the afternoon.
      Math.floor((5 + 8 * (random.next() + random.next())) * 3_600_000),
    ).sort((a, b) => a - b);
    const events = starts.flatMap((start) => {
      const at = from + day * DAY + start;
      return session(sessionId++, at, random.pick(users), catalogue, random);
    });
    events.sort((a, b) => Number(a.ts) - Number(b.ts));
    const last = events.findLast(({ page }) => page === 'NextSong');
    const user = users.find(({ userId }) => userId === last?.userId);
    if (day === days - 1 && last && user) events.push(...oddEvents(last, user));
    const date = new Date(from + day * DAY).toISOString().slice(0, 10);
    const text = events
      .map((event) => JSON.stringify(event).replaceAll('/', '\\/'))
      .join('\n');
    const folder = `log_data/${month.replace('-', '/')}`;
    yield { path: `${folder}/${date}-events.json`, text: `${text}\n` };
  }
}

/** One catalogue and the same users; events of their own for each month. */
export function* record(options: RecordOptions): Generator<RecordedText> {
  const { seed } = options;
  const months = periodsFrom('month', options);
  for (const [i, { label, first, last }] of months.entries()) {
    const month = {
      month: label,
      firstSession: 100 + i * 10_000,
      eventSeed: seedOf(seed, first),
    };
    const size = { seed, songs: 24, sessions: 6, days: 4 };
    for (const file of generate({ ...size, ...month }))
      if (i === 0 || file.path.startsWith('log_data/')) yield file;
    if (i === months.length - 1) yield recordingDate(last);
  }
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, 'sample');
  rmSync(folder, { recursive: true, force: true });
  for (const { path, text } of generate()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'recording.json'), '{"date": "2018-10-31"}\n');
}
