//! scratch
#![allow(clippy::all, clippy::pedantic, missing_docs, clippy::unwrap_used)]
use std::io::{self, Write};
struct F(Option<std::path::PathBuf>);
struct Count;
static BYTES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
impl Write for Count {
    fn write(&mut self, b: &[u8]) -> io::Result<usize> {
        BYTES.fetch_add(b.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(b.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
impl synth::Folder for F {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write + '_>> {
        match &self.0 {
            None => Ok(Box::new(Count)),
            Some(root) => {
                let p = root.join(path);
                std::fs::create_dir_all(p.parent().unwrap())?;
                Ok(Box::new(std::fs::File::create(p)?))
            }
        }
    }
}
fn main() {
    let mut plan = synth::Plan::demo(7);
    let mut out = None;
    for arg in std::env::args().skip(1) {
        let (key, value) = arg.split_once('=').unwrap();
        let list = || value.split(',').filter(|x| !x.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        match key {
            "seed" => plan.seed = value.parse().unwrap(),
            "workers" => plan.workers = value.parse().unwrap(),
            "days" => plan.days = value.parse().unwrap(),
            "schemes" => {
                plan.schemes = list();
                plan.planted = synth::Planted::Instances(plan.schemes.len() as u32)
            }
            "instances" => plan.planted = synth::Planted::Instances(value.parse().unwrap()),
            "share" => plan.planted = synth::Planted::Share(value.parse().unwrap()),
            "difficulty" => plan.difficulty = value.parse().unwrap(),
            "kinds" => plan.look_alikes = Some(list()),
            "without" => plan.without = list().into_iter().collect(),
            "every" => plan.every_tell = true,
            "redraw" => plan.redraw = true,
            "out" => out = Some(value.into()),
            _ => panic!("{key}"),
        }
    }
    let t = std::time::Instant::now();
    let s = synth::write(&plan, &mut F(out)).unwrap();
    eprintln!(
        "{:?} {} MB {}",
        t.elapsed(),
        BYTES.load(std::sync::atomic::Ordering::Relaxed) >> 20,
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .filter(|l| l.starts_with("VmHWM"))
            .collect::<String>()
    );
    eprintln!(
        "{} planted, {} kinds {}",
        s.planted.len(),
        s.innocents.len(),
        s.innocents.values().map(Vec::len).sum::<usize>()
    );
}
