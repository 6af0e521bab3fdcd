// Lists that are loaded page by page.

/**
 * The first `wanted` entries of a list, or all of a shorter one.
 * @param join appends a page, of which entries may be there already: they move between pages where the list changes meanwhile
 */
export async function loadPages<List extends { readonly total: number }>(
  wanted: number,
  pageSize: number,
  load: (offset: number) => Promise<List>,
  join: (list: List, page: List) => List,
): Promise<List> {
  let list = await load(0);
  for (let offset = pageSize; offset < Math.min(wanted, list.total); offset += pageSize)
    list = join(list, await load(offset));
  return list;
}
