/** Files of recordings: gzip members, one after the other, so that a file can grow while a program runs. */
import { constants, gunzipSync } from 'node:zlib';
import { isRecording } from '../timing/records/recording.ts';

/** What holds the first bytes of what is packed. */
const START_BYTES = 4096;

/** What is no gzip data, or cut short, is no recording. */
export function unpackRecording(packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed);
  } catch {
    return new Uint8Array();
  }
}

/** Is this the beginning of a recording, of any version? */
export function isPackedRecording(packed: Uint8Array): boolean {
  try {
    return isRecording(gunzipSync(packed.subarray(0, START_BYTES), { finishFlush: constants.Z_SYNC_FLUSH }));
  } catch {
    return false;
  }
}
