import { lambda } from '../shared/lambda.ts';
import { chooseEngineStep } from './handler.ts';

export const handler = lambda('choose-engine', ({ platform }) =>
  chooseEngineStep(platform),
);
