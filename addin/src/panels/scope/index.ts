export { ScopePanel } from './view.tsx';
