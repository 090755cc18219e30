/** A public list price, without free tier, discount or tax. */
export interface Price {
  readonly dollars: number;
  /** What so many dollars buy. */
  readonly per: string;
  /** Where AWS publishes it. */
  readonly source: string;
}

/** The day by which all prices of the book were those of their pages. */
export const PRICES_AS_OF = '2025-06-30';

export const PRICE_REGION = 'us-east-1';

const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;

/** On-demand prices of us-east-1. A GB is 2^30 bytes; a TB is 10^12. */
export const PRICES = {
  lambdaArm: {
    dollars: 0.0000133334,
    per: 'GB-second',
    source: page('lambda'),
  },
  lambdaX86: {
    dollars: 0.0000166667,
    per: 'GB-second',
    source: page('lambda'),
  },
  lambdaRequest: { dollars: 0.0000002, per: 'request', source: page('lambda') },
  /** Of `/tmp`, beyond the first 512 MB. */
  lambdaDisk: {
    dollars: 0.0000000309,
    per: 'GB-second',
    source: page('lambda'),
  },
  transition: {
    dollars: 0.000025,
    per: 'transition of a standard workflow',
    source: page('step-functions'),
  },
  glueDpu: { dollars: 0.44, per: 'DPU-hour', source: page('glue') },
  athenaScan: { dollars: 5, per: 'TB scanned', source: page('athena') },
  s3Storage: { dollars: 0.023, per: 'GB-month', source: page('s3') },
  s3Put: { dollars: 0.000005, per: 'PUT, COPY or LIST', source: page('s3') },
  s3Get: { dollars: 0.0000004, per: 'GET', source: page('s3') },
  schedule: {
    dollars: 0.000001,
    per: 'start of EventBridge Scheduler',
    source: page('eventbridge'),
  },
  logIngest: { dollars: 0.5, per: 'GB of logs', source: page('cloudwatch') },
  metric: { dollars: 0.3, per: 'metric-month', source: page('cloudwatch') },
  alarm: { dollars: 0.1, per: 'alarm-month', source: page('cloudwatch') },
  dashboard: { dollars: 3, per: 'dashboard-month', source: page('cloudwatch') },
  secret: {
    dollars: 0.4,
    per: 'secret-month',
    source: page('secrets-manager'),
  },
  fargateCpu: {
    dollars: 0.04048,
    per: 'processor-hour of Fargate, Linux on x86',
    source: page('fargate'),
  },
  fargateMemory: {
    dollars: 0.004445,
    per: 'GB-hour of Fargate, Linux on x86',
    source: page('fargate'),
  },
  balancer: {
    dollars: 0.0225,
    per: 'hour of an application load balancer',
    source: page('elasticloadbalancing'),
  },
  balancerUnit: {
    dollars: 0.008,
    per: 'hour of a unit of its work (LCU)',
    source: page('elasticloadbalancing'),
  },
  nat: { dollars: 0.045, per: 'hour of a NAT gateway', source: page('vpc') },
  natGb: { dollars: 0.045, per: 'GB through it', source: page('vpc') },
  publicAddress: {
    dollars: 0.005,
    per: 'hour of a public IPv4 address',
    source: page('vpc'),
  },
  interfaceEndpoint: {
    dollars: 0.01,
    per: 'hour of an interface endpoint in a zone',
    source: page('privatelink'),
  },
  rdsMicro: {
    dollars: 0.016,
    per: 'hour of db.t4g.micro, PostgreSQL, one zone',
    source: page('rds/postgresql'),
  },
  rdsMysqlMicro: {
    dollars: 0.016,
    per: 'hour of db.t4g.micro, MySQL, one zone',
    source: page('rds/mysql'),
  },
  rdsDisk: {
    dollars: 0.115,
    per: 'GB-month of gp3 on RDS',
    source: page('rds/postgresql'),
  },
  emrM5Xlarge: {
    dollars: 0.048,
    per: 'm5.xlarge-hour of EMR, beside that of EC2',
    source: page('emr'),
  },
  ec2M5Xlarge: {
    dollars: 0.192,
    per: 'm5.xlarge-hour',
    source: `${page('ec2')}on-demand/`,
  },
  redshiftRa3Large: {
    dollars: 0.543,
    per: 'ra3.large-hour',
    source: page('redshift'),
  },
  redshiftStorage: {
    dollars: 0.024,
    per: 'GB-month of managed storage',
    source: page('redshift'),
  },
  mwaaSmall: {
    dollars: 0.49,
    per: 'mw1.small-hour, one worker included',
    source: page('managed-workflows-for-apache-airflow'),
  },
  mwaaStorage: {
    dollars: 0.1,
    per: 'GB-month of metadata',
    source: page('managed-workflows-for-apache-airflow'),
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
