//! A disk of the tests' own, on a loop device: it can lose its power, and it can be full.

use crate::stage::SOON;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use yingku_testkit::{TempDir, program, temp_dir, wait_for};

/// An ext4 file system. Unmounted when dropped.
pub struct Disk {
    /// Where it is mounted.
    pub path: PathBuf,
    image: PathBuf,
    _folder: TempDir,
}

impl Disk {
    /// A new disk of so many bytes; `None`, and why on standard error, where this machine
    /// lets nobody make one.
    pub fn new(size_bytes: u64) -> Option<Disk> {
        if !is_root() {
            return left_out("only root can mount a file system");
        }
        let folder = temp_dir();
        let (path, image) = (folder.path().join("mounted"), folder.path().join("image"));
        fs::create_dir(&path).expect("a folder can be made");
        let file = File::create(&image).expect("a file can be made");
        file.set_len(size_bytes).expect("a file can be long");
        run("mkfs.ext4", "e2fsprogs", ["-q".as_ref(), "-F".as_ref(), image.as_os_str()]);
        let disk = Disk { path, image, _folder: folder };
        match disk.mount() {
            Ok(()) => Some(disk),
            Err(why) => left_out(&why),
        }
    }

    /// Takes the power: what is not on the disk by now never comes there. Whoever uses it
    /// meets errors from then on.
    pub fn cut(&self) {
        // Without -f, which would write the journal first.
        let args = ["-x".as_ref(), "-c".as_ref(), "shutdown".as_ref(), self.path.as_os_str()];
        run("xfs_io", "xfsprogs", args);
    }

    /// Switches it on again; nobody may use it meanwhile.
    pub fn restore(&self) {
        // A sandbox that is just being killed may hold it for a moment; mounted meanwhile,
        // it would be the same broken one.
        wait_for("the disk can be unmounted", SOON, || {
            let done = Command::new(program("umount", "mount")).arg(&self.path).output();
            done.is_ok_and(|done| done.status.success()).then_some(())
        });
        wait_for("the disk is let go", SOON, || self.is_let_go().then_some(()));
        self.mount().expect("it can be mounted again");
    }

    /// Fills it to the last block; dropping the file's name makes room again.
    pub fn fill(&self) -> PathBuf {
        let path = self.path.join("filler");
        let mut file = File::create(&path).expect("a file can be made");
        for piece_bytes in [1 << 20, 4 << 10, 1] {
            let piece = vec![7; piece_bytes];
            while file.write_all(&piece).and_then(|()| file.sync_data()).is_ok() {}
        }
        path
    }

    fn is_let_go(&self) -> bool {
        let devices = Command::new(program("losetup", "mount")).arg("-j").arg(&self.image).output();
        devices.is_ok_and(|message| message.status.success() && message.stdout.is_empty())
    }

    fn mount(&self) -> Result<(), String> {
        let output = Command::new(program("mount", "mount"))
            .args(["-o", "loop"])
            .args([&self.image, &self.path])
            .output()
            .map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.path).output());
    }
}

fn run<'a>(name: &str, package: &str, args: impl IntoIterator<Item = &'a OsStr>) {
    let output = Command::new(program(name, package)).args(args).output().expect("it starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    })
}

/// Past what the tests' harness collects: whoever reads a green run learns what was not run.
fn left_out<T>(why: &str) -> Option<T> {
    let line = format!("\nnot run here, power cuts and full disks: {why}\n");
    drop(std::io::stderr().write_all(line.as_bytes()));
    None
}
