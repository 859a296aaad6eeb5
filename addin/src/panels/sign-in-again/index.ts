export { SignInAgainPanel } from './view.tsx';
