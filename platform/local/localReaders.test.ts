import { readersContract } from '../contract/readersContract.ts';
import { localPlatform } from './localPlatform.ts';
import { localSubject } from './localSubject.ts';

readersContract('of a folder', async () => {
  const place = await localSubject.newPlace();
  return {
    ...localPlatform({ lake: place, pipelines: place }),
    remove: () => localSubject.removePlace(place),
  };
});
