/** One sentence in both languages of the product. */
export type Sentence = { readonly en: string; readonly es: string }
