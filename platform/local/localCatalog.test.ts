import { catalogContract } from '../contract/catalogContract.ts';
import { localSubject } from './localSubject.ts';

catalogContract('a file', localSubject);
