/** Variable of the environment that makes a reading process one of lower priority. */
export const backgroundVariable = 'HASHLENS_BACKGROUND';
