/** The shapes that the pane and the functions share: requests, replies, error codes. Schemas and types, no logic. */
export * from './errors.ts';
export * from './held.ts';
export * from './preview.ts';
export * from './records.ts';
export * from './routes.ts';
export * from './runs.ts';
export * from './scope.ts';
export * from './sign-in.ts';
export * from './state.ts';
