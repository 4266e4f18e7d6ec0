//! What processes used: from /proc.

use std::fs;

/// What a process and its children that still run have used so far.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// CPU time, user's and system's.
    pub cpu_seconds: f64,
    /// Bytes that had to come from the disk.
    pub disk_read_bytes: u64,
}

/// Use of a process and of its children.
pub fn used(pid: u32) -> Used {
    let mut sum = Used { cpu_seconds: 0.0, disk_read_bytes: 0 };
    for one in family(pid) {
        sum.cpu_seconds += cpu_seconds(one);
        sum.disk_read_bytes += disk_read_bytes(one);
    }
    sum
}

/// Resident and proportional memory of a process and its children, in MiB.
pub fn memory_mib(pid: u32) -> (f64, f64) {
    let mut sum = (0.0, 0.0);
    for one in family(pid) {
        let text = fs::read_to_string(format!("/proc/{one}/smaps_rollup")).unwrap_or_default();
        sum.0 += field(&text, "Rss:") as f64 / 1024.0;
        sum.1 += field(&text, "Pss:") as f64 / 1024.0;
    }
    sum
}

fn family(pid: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("/proc can be read");
    let others = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children = others.filter(|other| stat(*other).and_then(|stat| nth(&stat, 1)) == Some(pid));
    std::iter::once(pid).chain(children.collect::<Vec<u32>>()).collect()
}

/// The fields after the name, which may have spaces in it: state first.
fn stat(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned())
}

fn nth<T: std::str::FromStr>(stat: &str, index: usize) -> Option<T> {
    stat.split(' ').nth(index)?.parse().ok()
}

/// CPU time of one process alone.
pub fn cpu_seconds(pid: u32) -> f64 {
    let stat = stat(pid).unwrap_or_default();
    let ticks = nth::<u64>(&stat, 11).unwrap_or(0) + nth::<u64>(&stat, 12).unwrap_or(0);
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// CPU time of the whole machine so far: bubblewrap does not hand on what its children used.
pub fn machine_seconds() -> f64 {
    let text = fs::read_to_string("/proc/stat").expect("/proc can be read");
    let line = text.lines().next().unwrap_or_default();
    // user nice system idle iowait irq softirq
    let ticks = |index: usize| line.split_whitespace().nth(index + 1)?.parse::<u64>().ok();
    let busy: u64 = [0, 1, 2, 5, 6].into_iter().filter_map(ticks).sum();
    busy as f64 / rustix::param::clock_ticks_per_second() as f64
}

fn disk_read_bytes(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
    field(&text, "read_bytes:")
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
