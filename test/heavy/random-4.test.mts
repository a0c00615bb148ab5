import { describeRandomRuns } from './random-runs.mts';

describeRandomRuns(3);
