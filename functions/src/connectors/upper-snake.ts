/** A vendor's code as a part of ours: ERROR_ITEM_NOT_FOUND for "ErrorItemNotFound". */
export const upperSnake = (word: string): string =>
  word
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
