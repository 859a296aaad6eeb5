export { Retry } from './view.tsx';
