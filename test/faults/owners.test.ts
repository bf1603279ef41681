import { ownerFaults } from './owners.ts';
import { provoked } from './provoked.ts';

provoked('owners', ownerFaults);
