// What the form for a new order suggests.

import { Injectable } from '@nestjs/common';
import { allProducts, type Product } from './superstore.js';

const MOST = 20;

@Injectable()
export class Catalogue {
  /** Suppliers whose names begin like this. */
  suppliers(search: string): string[] {
    const begins = search.toLowerCase();
    const suppliers = new Set(allProducts().map(({ supplier }) => supplier));
    return [...suppliers].filter((name) => name.toLowerCase().startsWith(begins)).sort().slice(0, MOST); // prettier-ignore
  }

  /** Products that have all of these words in their names. */
  products(search: string): Product[] {
    const words = search.toLowerCase().split(/\s+/);
    return allProducts()
      .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
      .slice(0, MOST);
  }
}
