/** Files that the page makes: Chromium asks where to keep them. */

export function downloadBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  download(name, url);
  // Chromium has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param url of data, or of a blob */
export function download(name: string, url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
