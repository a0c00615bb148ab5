import { ROUTE_CASES } from './support/secret-cases.mts';
import { isWaiting, testUnderFaults } from './support/secret-faults.mts';

testUnderFaults(ROUTE_CASES.filter((one) => !isWaiting(one)));
