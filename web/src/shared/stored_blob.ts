/**
 * A Blob as it lies in IndexedDB: as such, so that its bytes stay in a file of their own, or where
 * the browser keeps no Blob (WebKit in a private window) as its bytes.
 */
export type StoredBlob = Blob | { bytes: ArrayBuffer; type: string };

export async function bytesOf(blob: Blob): Promise<StoredBlob> {
  return { bytes: await blob.arrayBuffer(), type: blob.type };
}

export function blobOf(stored: StoredBlob): Blob {
  return stored instanceof Blob ? stored : new Blob([stored.bytes], { type: stored.type });
}
