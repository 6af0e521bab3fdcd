// Declares imports of style sheets for TypeScript.
/// <reference types="vite/client" />
