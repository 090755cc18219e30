import { PRICES } from '../core/price/priceBook.ts';

/** A line of a bill. */
export interface Line {
  readonly what: string;
  readonly arithmetic: string;
  readonly dollars: number;
}

const HOURS = 730;
/** Public: one of the NAT gateway, two of the load balancer. */
const ADDRESSES = 3;
const SECRETS = 3;
const ALARMS = 5;
const DISK_GB = 20;
/** Through the NAT gateway: its image each morning, and small talk. */
const NAT_GB = 20;
/** Of a unit, in which the load balancer counts its work. */
const UNITS = 0.1;
const MEMORY_GB = 2;

/** Metabase for a month, awake for so many hours. */
export const metabaseLines = (awake: number): Line[] => {
  const { fargateCpu, fargateMemory, balancer, balancerUnit } = PRICES;
  const { nat, natGb, publicAddress, rdsMicro, rdsDisk } = PRICES;
  const { secret, alarm } = PRICES;
  return [
    {
      what: 'Fargate, one processor',
      arithmetic: `${awake} h × $${fargateCpu.dollars}`,
      dollars: awake * fargateCpu.dollars,
    },
    {
      what: 'its memory',
      arithmetic: `${awake} h × ${MEMORY_GB} GB × $${fargateMemory.dollars}`,
      dollars: awake * MEMORY_GB * fargateMemory.dollars,
    },
    {
      what: 'load balancer',
      arithmetic: `${HOURS} h × ($${balancer.dollars} + ${UNITS} × $${balancerUnit.dollars})`,
      dollars: HOURS * (balancer.dollars + UNITS * balancerUnit.dollars),
    },
    {
      what: 'public addresses',
      arithmetic: `${ADDRESSES} × ${HOURS} h × $${publicAddress.dollars}`,
      dollars: ADDRESSES * HOURS * publicAddress.dollars,
    },
    {
      what: 'NAT gateway',
      arithmetic: `${HOURS} h × $${nat.dollars} + ${NAT_GB} GB × $${natGb.dollars}`,
      dollars: HOURS * nat.dollars + NAT_GB * natGb.dollars,
    },
    {
      what: 'PostgreSQL, db.t4g.micro',
      arithmetic: `${HOURS} h × $${rdsMicro.dollars}`,
      dollars: HOURS * rdsMicro.dollars,
    },
    {
      what: 'its disk',
      arithmetic: `${DISK_GB} GB × $${rdsDisk.dollars}`,
      dollars: DISK_GB * rdsDisk.dollars,
    },
    {
      what: 'secrets and alarms',
      arithmetic: `${SECRETS} × $${secret.dollars} + ${ALARMS} × $${alarm.dollars}`,
      dollars: SECRETS * secret.dollars + ALARMS * alarm.dollars,
    },
  ];
};

/** Thirteen hours of each day, and all of them. */
export const AWAKE = { days: 30 * 13, always: HOURS };

/** What stands instead of a NAT gateway: six endpoints, in one zone. */
export const ENDPOINTS = {
  count: 6,
  dollars: 6 * HOURS * PRICES.interfaceEndpoint.dollars,
};
