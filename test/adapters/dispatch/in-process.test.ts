import { inProcessDispatcher } from '../../../src/adapters/dispatch/in-process.ts';
import { dispatcherSuite } from './dispatcher-suite.ts';

dispatcherSuite('The dispatcher in process', async place => inProcessDispatcher(place));
