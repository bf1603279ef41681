/** Returns an address without its password; as it is when it has none, or is no URL. */
export function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.password === '' && !url.searchParams.has('password')) return address;
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}
