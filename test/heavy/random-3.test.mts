import { describeRandomRuns } from './random-runs.mts';

describeRandomRuns(2);
