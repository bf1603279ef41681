import { provoked } from './provoked.ts';
import { wordFaults } from './words.ts';

provoked('words', wordFaults);
