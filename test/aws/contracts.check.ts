import { AthenaClient } from '@aws-sdk/client-athena';
import { athenaQuery } from '../../platform/aws/athenaQuery.ts';
import { athenaReaders } from '../../platform/aws/athenaReaders.ts';
import { catalogContract } from '../../platform/contract/catalogContract.ts';
import { locksContract } from '../../platform/contract/locksContract.ts';
import { readersContract } from '../../platform/contract/readersContract.ts';
import { storeContract } from '../../platform/contract/storeContract.ts';
import { answerAsAthena } from '../deploy/athena.ts';
import { startGateway } from '../deploy/gateway.ts';
import {
  clientOf,
  type Ministack,
  startMinistack,
} from '../servers/ministack.ts';
import { awsSubject, clientsOf, open } from './awsSubject.ts';

let server: Ministack | undefined;
const subject = awsSubject(() => server?.endpoint ?? '');
beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server?.stop());

storeContract('two buckets of S3', subject);
locksContract('objects of S3', subject);
catalogContract('an object of S3, with the tables of Glue', subject);

readersContract('Athena, by the pointers of Glue', async () => {
  const place = await subject.newPlace();
  const { store, catalog } = await open(place);
  const { name } = JSON.parse(place) as { name: string };
  const databasePrefix = `${name}_`;
  const gateway = await startGateway(() => server?.endpoint ?? '');
  const { endpoint } = gateway;
  const { s3, glue } = clientsOf(server?.endpoint ?? '');
  answerAsAthena({ s3, glue, databasePrefix, cloud: { gateway } });
  const ask = athenaQuery({
    client: new AthenaClient(clientOf({ endpoint, stop: async () => {} })),
    settings: { workgroup: 'stage' },
    everyMs: 1,
  });
  return {
    ...{ store, catalog },
    readers: athenaReaders({ ask, settings: { databasePrefix } }),
    remove: async () => {
      await gateway.stop();
      await subject.removePlace(place);
    },
  };
});
