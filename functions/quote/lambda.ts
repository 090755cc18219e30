import { lambda } from '../shared/lambda.ts';
import { quote } from './handler.ts';

export const handler = lambda('quote', ({ platform }) => quote(platform));
