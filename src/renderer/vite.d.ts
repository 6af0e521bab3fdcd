// Lets TypeScript know of style sheets as imports.
/// <reference types="vite/client" />
