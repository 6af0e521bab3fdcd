export const rooms: Readonly<Record<string, readonly string[]>>;
export const typesOnly: Readonly<Record<string, readonly string[]>>;
export const folders: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
export function folderOf(room: string): string;
