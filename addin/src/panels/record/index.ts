export { RecordPanel } from './view.tsx';
