/** The entry that Azure loads (package.json `main`): the app with its live ports. */
import process from 'node:process';
import { createServices } from './compose.ts';
import { registerFunctions } from './triggers/register.ts';

registerFunctions(createServices(process.env));
