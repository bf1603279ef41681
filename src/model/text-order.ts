/** Compares by a text, in the order of its code units: the order of ids, of times and of keys in the store. */
export function ascending<Item>(keyOf: (item: Item) => string): (left: Item, right: Item) => number {
  return (left, right) => {
    const [first, second] = [keyOf(left), keyOf(right)];
    if (first === second) return 0;
    return first < second ? -1 : 1;
  };
}
