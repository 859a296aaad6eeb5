export { CrmSignInPanel } from './view.tsx';
