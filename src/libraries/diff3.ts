export { diff3MergeRegions } from 'node-diff3';
