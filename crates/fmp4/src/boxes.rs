//! The boxes of a file (ISO/IEC 14496-12, 4.2): heads, bodies, and what is inside them.

use crate::Error;
use mp4_atom::{Atom, DecodeAtom, Header};

/// Boxes beside each other, on any level.
pub(crate) const MAX_BOXES: usize = 1_000;

/// Kind, bytes of the header, bytes of the body of the box that begins here; `rest_bytes`
/// is all there is from its beginning on.
pub(crate) fn box_head(head: &[u8], rest_bytes: u64) -> Result<([u8; 4], u64, u64), Error> {
    const CUT: Error = Error::Malformed("a box is cut short");
    let (size, kind) = head
        .split_first_chunk::<4>()
        .and_then(|(size, rest)| Some((size, rest.first_chunk::<4>()?)))
        .ok_or(CUT)?;
    let (header_bytes, size_bytes) = match u32::from_be_bytes(*size) {
        0 => (8, rest_bytes),
        1 => (16, u64::from_be_bytes(*head[8..].first_chunk().ok_or(CUT)?)),
        size => (8, u64::from(size)),
    };
    let body_bytes = size_bytes
        .checked_sub(header_bytes)
        .ok_or(Error::Malformed("a box is shorter than its header"))?;
    Ok((*kind, header_bytes, body_bytes))
}

/// A box inside another: its kind and its body.
type Child<'a> = ([u8; 4], &'a [u8]);

/// The boxes inside a box. A few bytes behind the last, which QuickTime writes, are no box.
pub(crate) fn children(mut bytes: &[u8]) -> Result<Vec<Child<'_>>, Error> {
    let mut found = Vec::new();
    while bytes.len() >= 8 {
        let (kind, header_bytes, body_bytes) = box_head(bytes, bytes.len() as u64)?;
        let body = &bytes[header_bytes as usize..];
        let body_bytes = usize::try_from(body_bytes).ok().filter(|&size| size <= body.len());
        let (body, rest) = body.split_at(body_bytes.ok_or(Error::Malformed("a box is cut short"))?);
        if found.len() == MAX_BOXES {
            return Err(Error::TooMuch("boxes"));
        }
        found.push((kind, body));
        bytes = rest;
    }
    Ok(found)
}

/// Decodes the body of a box.
pub(crate) fn decode<T: Atom>(mut body: &[u8]) -> Result<T, Error> {
    let header = Header { kind: T::KIND, size: Some(body.len()) };
    Ok(T::decode_atom(&header, &mut body)?)
}
