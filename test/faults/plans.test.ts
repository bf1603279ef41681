import { planFaults } from './plans.ts';
import { provoked } from './provoked.ts';

provoked('plans', planFaults);
