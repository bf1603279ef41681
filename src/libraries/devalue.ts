export { DevalueError, defaultStringifyOperations, parse, stringify } from 'devalue';
