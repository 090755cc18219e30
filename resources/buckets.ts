import {
  allow,
  att,
  type Resource,
  type Resources,
  ref,
  sub,
} from './cloudFormation.ts';
import { BUCKETS, type Stack } from './settings.ts';

const DAYS_OF_OLD_VERSIONS = { kept: 30, other: 1 };

/** What goes in time, and what becomes cheaper, below a prefix. */
type Rule = Readonly<Record<string, unknown>>;

const expires = (id: string, days: number, prefix?: string): Rule => ({
  Id: id,
  Status: 'Enabled',
  ExpirationInDays: days,
  ...(prefix !== undefined && { Prefix: prefix }),
});

/** Uploads that broke off cost like objects, and nobody sees them. */
const unfinished: Rule = {
  Id: 'unfinished-uploads',
  Status: 'Enabled',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
};

/** Below 128 KiB an object costs more in the cheaper class. */
const cheaper: Rule = {
  Id: 'landing-becomes-cheaper',
  Status: 'Enabled',
  Prefix: 'landing/',
  ObjectSizeGreaterThan: 131_072,
  Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 60 }],
};

interface BucketOptions {
  readonly isVersioned: boolean;
  readonly rules: readonly Rule[];
}

const bucketOf = (
  { isKept }: Stack,
  { isVersioned, rules }: BucketOptions,
): Resource => {
  const oldVersions: Rule = {
    Id: 'old-versions',
    Status: 'Enabled',
    NoncurrentVersionExpiration: {
      NoncurrentDays: DAYS_OF_OLD_VERSIONS[isKept ? 'kept' : 'other'],
    },
    ExpiredObjectDeleteMarker: true,
  };
  const policy = isKept ? 'Retain' : 'Delete';
  return {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: policy,
    UpdateReplacePolicy: policy,
    Metadata: allow({
      CKV_AWS_18:
        'Access logs are the trail of the account; a bucket for them here would have no reader',
      ...(!isVersioned && {
        CKV_AWS_21:
          'What Athena answers can be asked again, and goes after a week',
      }),
    }),
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      OwnershipControls: {
        Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      ...(isVersioned && { VersioningConfiguration: { Status: 'Enabled' } }),
      LifecycleConfiguration: {
        Rules: [unfinished, ...(isVersioned ? [oldVersions] : []), ...rules],
      },
    },
  };
};

/** Refuses whoever does not speak TLS. */
const tlsOnly = (bucket: string): Resource => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: ref(bucket),
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [att(bucket), sub(`\${${bucket}.Arn}/*`)],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
});

/**
 * Landing, lake and results. How long landed bytes and snapshots are kept is
 * the pipelines' own, by `clean`; the life cycles here only clear what nobody
 * can need: old versions, unfinished uploads, files of ended jobs, answers.
 */
export const buckets = (stack: Stack): Resources => ({
  [BUCKETS.landing]: bucketOf(stack, { isVersioned: true, rules: [cheaper] }),
  [BUCKETS.lake]: bucketOf(stack, {
    isVersioned: true,
    rules: [expires('files-of-ended-jobs', 14, 'jobs/')],
  }),
  [BUCKETS.results]: bucketOf(stack, {
    isVersioned: false,
    rules: [expires('answers', 7)],
  }),
  ...Object.fromEntries(
    Object.values(BUCKETS).map((id) => [`${id}Policy`, tlsOnly(id)]),
  ),
});
