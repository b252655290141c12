// Pictures are made anew from their pixels before they go out and before they are shown: what else a
// file holds (where it was taken, by which device, what a decoder might trip over later) stays behind.

/** The longer side of a picture that is sent. */
const kLongestPx = 2_560;
const kQuality = 0.86;
/** What is drawn: more would only cost the device memory. */
const kShownPx = 720;

/** What is sent anew. GIFs may move, and stay as they are: they are downloads, as all the rest is. */
const kMadeAnew = ['image/jpeg', 'image/png', 'image/webp'];
/** What is tried to be drawn. A vector drawing is a program more than a picture. */
const kDrawn = [...kMadeAnew, 'image/gif', 'image/avif', 'image/bmp'];

export interface Picture {
  blob: Blob;
  name: string;
  width: number;
  height: number;
}

/** Whether a file calls itself a picture that can be drawn. */
export function isPicture(type: string): boolean {
  return kDrawn.includes(type);
}

export function isMadeAnew(type: string): boolean {
  return kMadeAnew.includes(type);
}

/** Its pixels on a canvas of at most `longest` on its longer side. Rejects what is no picture. */
async function drawn(blob: Blob, longest: number): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(blob); // upright, whatever way the camera was held
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/** A picture to look at, as a canvas: nothing of the file itself reaches the document. */
export function draw(blob: Blob): Promise<HTMLCanvasElement> {
  return drawn(blob, kShownPx);
}

/** The same picture with nothing but its pixels; null where the file is no picture after all. */
export async function madeAnew(file: File): Promise<Picture | null> {
  try {
    const canvas = await drawn(file, kLongestPx);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, file.type, kQuality);
    });
    if (!blob) return null;
    // A browser that cannot write this kind writes PNG.
    const name = blob.type === file.type ? file.name : `${file.name.replace(/\.\w+$/, '')}.png`;
    return { blob, name, width: canvas.width, height: canvas.height };
  } catch {
    return null;
  }
}
