import { provoked } from './provoked.ts';
import { resultFaults } from './results.ts';

provoked('results', resultFaults);
