import { readFileSync } from 'node:fs';
import { UsageError } from '../../core/errors.ts';

/** What a stage may set of its Metabase; `serverless.yml` has the meanings. */
export interface MetabaseSettings {
  readonly isOn: boolean;
  /** The host name that people type. */
  readonly domain: string;
  /** The ARN of a certificate for it, of this region. */
  readonly certificate: string;
  /** The networks that may reach it, by commas: `192.0.2.0/24,…`. */
  readonly networks: string;
  /** Empty for the one of `compose.yaml`. */
  readonly image: string;
  /** When it is awake: `7-20`; empty for always. */
  readonly hours: string;
  /** On which days, as EventBridge writes them: `MON-FRI`; `*` for all. */
  readonly days: string;
  readonly timezone: string;
}

/** A stage without it. */
export const NO_METABASE: MetabaseSettings = {
  isOn: false,
  domain: '',
  certificate: '',
  networks: '',
  image: '',
  hours: '',
  days: '*',
  timezone: 'UTC',
};

/** Where the network is, and how large: room for 256 in each subnet. */
export const NETWORK = '10.42.0.0/16';
export const PORT = 3000;

const fail = (what: string): never => {
  throw new UsageError(`with metabase on, ${what}`);
};

/**
 * What the template cannot do without.
 * @throws UsageError that names the param.
 */
export const checkMetabase = (settings: MetabaseSettings): void => {
  const { isOn, domain, certificate, hours } = settings;
  if (!isOn) return;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))
    fail(`metabaseDomain is its host name, and "${domain}" is none`);
  if (!/^arn:aws[a-z-]*:acm:/.test(certificate))
    fail('metabaseCertificate is the ARN of a certificate of ACM');
  const networks = networksOf(settings);
  const isNetwork = (one: string) => /^\d+(\.\d+){3}\/\d+$/.test(one);
  if (networks.length === 0 || !networks.every(isNetwork))
    fail(
      'metabaseNetworks says who may reach it, as 192.0.2.0/24, by commas. ' +
        'Who is first at a server that is not set up becomes its owner',
    );
  if (hours !== '' && !hoursOf(settings))
    fail(`metabaseHours is as 7-20, or empty for always, and not "${hours}"`);
};

export const networksOf = ({ networks }: MetabaseSettings): string[] =>
  networks
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** @returns undefined where it never sleeps. */
export const hoursOf = ({
  hours,
}: MetabaseSettings): { wake: number; sleep: number } | undefined => {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(hours) ?? [];
  const [wake, sleep] = [Number(from), Number(to)];
  const isRight = wake < 24 && sleep < 24 && wake !== sleep;
  return isRight ? { wake, sleep } : undefined;
};

/** The laptop's image is the one of AWS: a pinned tag, at one place. */
export const imageOf = ({ image }: MetabaseSettings): string => {
  if (image !== '') return image;
  const compose = readFileSync(
    new URL('../../compose.yaml', import.meta.url),
    'utf8',
  );
  const [, found] = /image: (metabase\/metabase:\S+)/.exec(compose) ?? [];
  return found ?? fail('compose.yaml names no image of it');
};
