// The used part of WebAssembly. TypeScript declares it with the DOM, which the engine does not have.
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  const Memory: {
    prototype: Memory;
    new (descriptor: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean }): Memory;
  };

  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Module {}
  const Module: { prototype: Module; new (bytes: Uint8Array): Module };

  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: {
    prototype: Instance;
    new (module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>): Instance;
  };

  class RuntimeError extends Error {}

  function validate(bytes: Uint8Array): boolean;
}
