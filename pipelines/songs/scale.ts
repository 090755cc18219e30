import { type Random, seededRandom } from '../random.ts';
import {
  recordingDate,
  type ScaleOptions,
  type StreamedText,
} from '../recording.ts';
import {
  addQuirks,
  makeSongs,
  makeUsers,
  session,
  songFile,
  WEEK,
} from './generate.ts';

const MONTH = '2018-10';
const DAYS = 31;
const DAY = 86_400_000;
/** Files are of so many events: what is sorted is held in memory. */
const EVENTS_A_FILE = 20_000;
const EVENTS_A_SONG = 50;
const EVENTS_A_USER = 400;
const [MOST_SONGS, MOST_USERS] = [10_000, 100_000];
/** One event of so many has no time that can be read. */
const UNTIMED_EVERY = 1000;

/** How many events each day has: more at the end of a week. */
const quotas = (rows: number): number[] => {
  const shares = Array.from({ length: DAYS }, (_, i) => WEEK[i % 7] as number);
  const whole = shares.reduce((sum, share) => sum + share);
  const quotas = shares.map((share) => Math.floor((rows * share) / whole));
  const given = quotas.reduce((sum, quota) => sum + quota);
  quotas[DAYS - 1] = (quotas[DAYS - 1] as number) + rows - given;
  return quotas;
};

/** Makes events of one day, so many and sorted, with sessions of their own. */
const eventMaker = (
  songs: ReturnType<typeof makeSongs>,
  users: ReturnType<typeof makeUsers>,
  random: Random,
) => {
  let sessionId = 100;
  let made = 0;
  return (day: number, count: number): string => {
    const events: Record<string, unknown>[] = [];
    while (events.length < count) {
      const hours = 5 + 8 * (random.next() + random.next());
      const start = Date.parse(`${MONTH}-01`) + day * DAY;
      const at = start + Math.floor(hours * 3_600_000);
      events.push(
        ...session(sessionId++, at, random.pick(users), songs, random),
      );
    }
    events.length = count;
    events.sort((a, b) => Number(a.ts) - Number(b.ts));
    for (const event of events)
      if (made++ % UNTIMED_EVERY === 5) event.ts = 'just now';
    return events.map((event) => `${JSON.stringify(event)}\n`).join('');
  };
};

function* eventFiles(
  rows: number,
  make: (day: number, count: number) => string,
): Generator<StreamedText> {
  for (const [day, quota] of quotas(rows).entries()) {
    const date = `${MONTH}-${`${day + 1}`.padStart(2, '0')}`;
    for (let done = 0, part = 1; done < quota; done += EVENTS_A_FILE, part++)
      yield {
        path: `log_data/${MONTH.replace('-', '/')}/${date}-events-${part}.json`,
        parts: [make(day, Math.min(EVENTS_A_FILE, quota - done))],
      };
  }
}

/** A month with any number of events, and the songs that are played. */
export function* scale({ seed, rows }: ScaleOptions): Generator<StreamedText> {
  const random = seededRandom(seed);
  const many = (each: number, least: number, most: number) =>
    Math.min(most, Math.max(least, Math.ceil(rows / each)));
  const songs = makeSongs(many(EVENTS_A_SONG, 24, MOST_SONGS), random);
  addQuirks(songs);
  for (let i = 0; i < songs.length; i++) {
    const { path, text } = songFile(i, songs);
    yield { path, parts: [text] };
  }
  const users = makeUsers(many(EVENTS_A_USER, 16, MOST_USERS), random);
  yield* eventFiles(rows, eventMaker(songs, users, random));
  const { path, text } = recordingDate(`${MONTH}-31`);
  yield { path, parts: [text] };
}
