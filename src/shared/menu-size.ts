/** Largest number of entries of a menu, lines among them. Separate from the contract, so that the page needs no schemas. */
export const mostMenuItems = 60;
