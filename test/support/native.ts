// Settings of test runs in which Node itself loads the modules, as in the product.

/** Vite would turn every use of an import into a look-up, which costs loops over numbers much of their time. */
export const native = { experimental: { viteModuleRunner: false, nodeLoader: false } } as const;
