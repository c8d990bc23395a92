//! Measures DEFLATE engines in one process, in turn, by the CPU time of the thread:
//! `encoders [--decode] [--take MEBIBYTES] [--repeats N] [--levels 1,6,9] FILE...`
//!
//! Each line of output is a JSON object: corpus, task (pack or unpack), engine, level, bytes in and
//! out (of packing), and the CPU seconds of each repeat. Every stream is read back and compared.

mod engines;

use engines::Engine;
use rustix::time::{ClockId, clock_gettime};
use std::path::PathBuf;

struct Options {
    is_decode: bool,
    take: usize,
    repeats: usize,
    levels: Vec<u8>,
    files: Vec<PathBuf>,
}

impl Options {
    fn parse() -> Self {
        let levels = vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12];
        let (take, repeats, files) = (16 << 20, 3, Vec::new());
        let mut options = Self {
            is_decode: false,
            take,
            repeats,
            levels,
            files,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().expect("a value behind the flag");
            match argument.as_str() {
                "--decode" => options.is_decode = true,
                "--take" => options.take = value().parse::<usize>().expect("a number") << 20,
                "--repeats" => options.repeats = value().parse().expect("a number"),
                "--levels" => {
                    let level = |level: &str| level.parse().expect("a number");
                    options.levels = value().split(',').map(level).collect();
                }
                file => options.files.push(file.into()),
            }
        }
        options
    }
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn timed<T>(task: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_seconds();
    let result = task();
    (result, cpu_seconds() - before)
}

fn report(corpus: &str, task: &str, engine: Engine, level: u8, sizes: (usize, usize), cpu: &[f64]) {
    let engine = engine.name();
    let (bytes_in, bytes_out) = sizes;
    println!(
        r#"{{"corpus":"{corpus}","task":"{task}","engine":"{engine}","level":{level},"bytes_in":{bytes_in},"bytes_out":{bytes_out},"cpu":{cpu:?}}}"#
    );
}

fn pack(corpus: &str, data: &[u8], options: &Options) {
    for &level in &options.levels {
        let engines: Vec<Engine> = Engine::ALL
            .into_iter()
            .filter(|engine| engine.has_level(level))
            .collect();
        let mut cpu = vec![Vec::new(); engines.len()];
        let mut sizes = vec![0; engines.len()];
        for _ in 0..options.repeats {
            for (index, engine) in engines.iter().enumerate() {
                let (stream, seconds) = timed(|| engine.pack(data, level));
                cpu[index].push(seconds);
                sizes[index] = stream.len();
                assert!(
                    Engine::Libdeflate.unpack(&stream, data.len()) == data,
                    "other data"
                );
            }
        }
        for (index, engine) in engines.into_iter().enumerate() {
            report(
                corpus,
                "pack",
                engine,
                level,
                (data.len(), sizes[index]),
                &cpu[index],
            );
        }
    }
}

/// Unpacks what zlib-rs packed at level 6, which is like what most files in the wild are.
fn unpack(corpus: &str, data: &[u8], options: &Options) {
    let stream = Engine::ZlibRs.pack(data, 6);
    let mut cpu = vec![Vec::new(); Engine::ALL.len()];
    for _ in 0..options.repeats {
        for (index, engine) in Engine::ALL.into_iter().enumerate() {
            let (found, seconds) = timed(|| engine.unpack(&stream, data.len()));
            assert!(found == data, "other data");
            cpu[index].push(seconds);
        }
    }
    for (index, engine) in Engine::ALL.into_iter().enumerate() {
        report(
            corpus,
            "unpack",
            engine,
            6,
            (data.len(), stream.len()),
            &cpu[index],
        );
    }
}

fn main() {
    let options = Options::parse();
    for file in &options.files {
        let data = std::fs::read(file).expect("a readable corpus");
        let start = data.len().saturating_sub(options.take) / 2;
        let data = &data[start..data.len().min(start + options.take)];
        let corpus = file.file_name().unwrap_or_default().to_string_lossy();
        if options.is_decode {
            unpack(&corpus, data, &options);
        } else {
            pack(&corpus, data, &options);
        }
    }
}
