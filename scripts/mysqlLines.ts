import { PRICES } from '../core/price/priceBook.ts';
import type { Line } from './metabaseLines.ts';

const HOURS = 730;
const DISK_GB = 20;
/** Through the NAT gateway: what is fetched from outside of S3. */
const NAT_GB = 5;

/** The optional MySQL server for a month; its secret is counted already. */
export const mysqlLines = (): Line[] => {
  const { nat, natGb, publicAddress, rdsMysqlMicro, rdsDisk } = PRICES;
  return [
    {
      what: 'MySQL, db.t4g.micro',
      arithmetic: `${HOURS} h × $${rdsMysqlMicro.dollars}`,
      dollars: HOURS * rdsMysqlMicro.dollars,
    },
    {
      what: 'its disk',
      arithmetic: `${DISK_GB} GB × $${rdsDisk.dollars}`,
      dollars: DISK_GB * rdsDisk.dollars,
    },
    {
      what: 'NAT gateway',
      arithmetic: `${HOURS} h × $${nat.dollars} + ${NAT_GB} GB × $${natGb.dollars}`,
      dollars: HOURS * nat.dollars + NAT_GB * natGb.dollars,
    },
    {
      what: 'its public address',
      arithmetic: `${HOURS} h × $${publicAddress.dollars}`,
      dollars: HOURS * publicAddress.dollars,
    },
  ];
};
