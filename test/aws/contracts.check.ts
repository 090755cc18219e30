import { catalogContract } from '../../platform/contract/catalogContract.ts';
import { locksContract } from '../../platform/contract/locksContract.ts';
import { storeContract } from '../../platform/contract/storeContract.ts';
import { type Ministack, startMinistack } from '../servers/ministack.ts';
import { awsSubject } from './awsSubject.ts';

let server: Ministack | undefined;
const subject = awsSubject(() => server?.endpoint ?? '');
beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server?.stop());

storeContract('two buckets of S3', subject);
locksContract('objects of S3', subject);
catalogContract('an object of S3, with the tables of Glue', subject);
