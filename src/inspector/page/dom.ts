type Child = Node | string | null | undefined | false;

type Properties<K extends keyof HTMLElementTagNameMap> = {
  [P in keyof HTMLElementTagNameMap[K]]?: HTMLElementTagNameMap[K][P];
} & { aria?: Record<string, string>; data?: Record<string, string>; role?: string };

/** Creates an element with properties, `aria-` and `data-` attributes, and children. */
export function createElement<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { aria = {}, data = {}, role, ...properties }: Properties<K> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  if (role !== undefined) element.setAttribute('role', role);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  Object.assign(element.dataset, data);
  replaceChildren(element, ...children);
  return element;
}

/** Replaces the content of an element. */
export function replaceChildren(element: Element, ...children: Child[]): void {
  element.replaceChildren(
    ...children.filter((child): child is Node | string => child instanceof Node || typeof child === 'string'),
  );
}

export function createButton(text: string, act: () => void, properties: Properties<'button'> = {}): HTMLButtonElement {
  return createElement('button', { type: 'button', onclick: act, ...properties }, text);
}

/** Offers a generated file for download. */
export function saveFile(name: string, type: string, text: string): void {
  const link = createElement('a', { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
