//! Strangers' files.
#![allow(missing_docs)]
pub struct Prober;
pub struct Probe {
    pub duration_ms: Option<i64>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub has_video: bool,
    pub has_audio: bool,
}
impl Prober {
    pub async fn find() -> Option<Prober> {
        None
    }
    pub async fn probe(&self, _path: &std::path::Path) -> Result<Probe, std::io::Error> {
        Err(std::io::ErrorKind::Other.into())
    }
}
pub fn type_of(_head: &[u8], _name: &str) -> Option<String> {
    None
}
