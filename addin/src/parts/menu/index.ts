export { HeaderMenu } from './view.tsx';
