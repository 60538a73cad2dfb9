//! One run of a program: how long it took, and how much memory it held at its peak.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Wall time.
    pub seconds: f64,
    /// Time on processors, of all threads; what happens after the last look is missed.
    pub cpu_seconds: Option<f64>,
    /// Largest resident set, KiB; missing where the system does not tell.
    pub peak_kib: Option<u64>,
    /// Exit code; missing when it was killed.
    pub exit: Option<i32>,
    /// What it wrote to stderr.
    pub narration: String,
}

/// How often the memory is looked at. The kernel keeps the peak, so only what happens after the last look is missed.
const LOOK: Duration = Duration::from_millis(20);

/// Runs a program to its end; what it writes to stdout is thrown away.
pub fn run(command: &mut Command) -> anyhow::Result<Seen> {
    let since = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut errors = child.stderr.take().context("stderr is piped")?;
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        errors.read_to_string(&mut text).map(|_| text)
    });
    let (mut peak_kib, mut cpu_seconds) = (None, None);
    let status = loop {
        peak_kib = peak_of(child.id()).max(peak_kib);
        cpu_seconds = cpu_of(child.id()).or(cpu_seconds);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    let seconds = since.elapsed().as_secs_f64();
    let narration = reading.join().map_err(|_| anyhow::anyhow!("reading stderr panicked"))??;
    Ok(Seen { seconds, cpu_seconds, peak_kib, exit: status.code(), narration })
}

/// `VmHWM` of a process that still runs.
fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// `utime` and `stime` of a process that still runs; a process that has just ended tells zeros of its memory, but not of these.
fn cpu_of(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program may hold anything, and ends with the last bracket.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // USER_HZ is 100 wherever Linux runs.
    Some(ticks as f64 / 100.0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn time_memory_exit_and_narration_are_seen() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo told >&2; echo thrown away; sleep 0.2; exit 3"]);
        let seen = run(&mut command).unwrap();
        assert!(seen.seconds >= 0.2, "{seen:?}");
        assert_eq!((seen.exit, seen.narration.as_str()), (Some(3), "told\n"));
        assert!(seen.peak_kib.unwrap() > 100, "{seen:?}");
    }
}
