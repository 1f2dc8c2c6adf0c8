//! Logs of pods and archives of nodes: the bulk of a real bundle, and nothing anyone reads here.

use std::io::{self, Write};

use super::collect;
use super::sink::Sink;
use crate::world::World;

/// Writes a log for every collected container and an archive for every node.
///
/// `mib` mebibytes of random bytes are spread over them, half on the logs, half on the archives.
pub(super) fn write(world: &World, mib: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let logs = log_paths(world);
    let nodes: Vec<String> = world
        .of_kind("Node")
        .filter_map(|node| node["metadata"]["name"].as_str())
        .map(|name| format!("nodes/{name}.zip"))
        .collect();
    let bytes = mib * 1024 * 1024;
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for paths in [&logs, &nodes] {
        let share = bytes / 2 / u64::try_from(paths.len().max(1)).unwrap_or(1);
        for path in paths {
            let head = if path.starts_with("nodes/") {
                EMPTY_ZIP
            } else {
                FIRST_LINE
            };
            sink.file(path, &mut |out| {
                out.write_all(head)?;
                noise.write(out, share)
            })?;
        }
    }
    Ok(())
}

/// The end record of a zip without entries.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const FIRST_LINE: &[u8] = b"level=info msg=\"started\"\n";

fn log_paths(world: &World) -> Vec<String> {
    let covered = collect::covered_namespaces(world);
    let mut paths = Vec::new();
    for pod in world.of_kind("Pod") {
        let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        if !covered.iter().any(|known| known == namespace) {
            continue;
        }
        for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
            let container = container["name"].as_str().unwrap_or_default();
            paths.push(format!("logs/{namespace}/{name}/{container}.log"));
        }
    }
    paths.sort();
    paths
}

/// Bytes that do not compress, the same in every run.
struct Noise(u64);

impl Noise {
    fn write(&mut self, out: &mut dyn Write, bytes: u64) -> io::Result<()> {
        let mut left = usize::try_from(bytes).map_err(io::Error::other)?;
        let mut block = [0; 8 * 1024];
        while left > 0 {
            for word in block.chunks_exact_mut(8) {
                self.0 ^= self.0 << 13;
                self.0 ^= self.0 >> 7;
                self.0 ^= self.0 << 17;
                word.copy_from_slice(&self.0.to_le_bytes());
            }
            let now = left.min(block.len());
            out.write_all(&block[..now])?;
            left -= now;
        }
        Ok(())
    }
}
