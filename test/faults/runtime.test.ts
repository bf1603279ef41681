import { provoked } from './provoked.ts';
import { runtimeFaults } from './runtime.ts';

provoked('runtime', runtimeFaults);
