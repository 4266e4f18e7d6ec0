//! Buffers that are used again: the pages of a fresh one would be faulted in, one by one, for a
//! piece that is sent within a moment.

use bytes::Bytes;
use parking_lot::Mutex;

/// Bytes of a buffer.
const BUFFER_BYTES: usize = 256 << 10;
/// Buffers that are kept while nobody needs them: 4 MiB.
const MOST_KEPT: usize = 16;

static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// A buffer of so many bytes, of which each is to be written before it is shown.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(super) fn new(len: usize) -> Buffer {
        let kept = if len <= BUFFER_BYTES { KEPT.lock().pop() } else { None };
        Buffer { bytes: kept.unwrap_or_else(|| vec![0; len.max(BUFFER_BYTES)]), len }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl From<Buffer> for Bytes {
    fn from(buffer: Buffer) -> Bytes {
        Bytes::from_owner(buffer)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut kept = KEPT.lock();
        if self.bytes.len() == BUFFER_BYTES && kept.len() < MOST_KEPT {
            kept.push(std::mem::take(&mut self.bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_has_the_length_that_was_asked_for() {
        for len in [0, 1, BUFFER_BYTES, BUFFER_BYTES + 1, 7] {
            let mut buffer = Buffer::new(len);
            buffer.as_mut_slice().fill(len as u8);
            let bytes = Bytes::from(buffer);
            assert_eq!(bytes, vec![len as u8; len]);
        }
    }
}
