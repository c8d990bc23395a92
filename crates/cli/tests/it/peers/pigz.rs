//! pigz: what becomes of files; and what each tool reads of the others.

use super::scene::{Scene, compare, gnu_gzip, play};
use crate::support::{Place, end, lines, noise, peer};

/// pigz has its own words and codes; what it does to files is what ours does.
#[test]
fn files_with_pigz() {
    let (Some(gzip), Some(pigz)) = (gnu_gzip(), peer("pigz")) else {
        return;
    };
    for line in [
        "pigz a",
        "pigz -k a b empty",
        "pigz -9kf a",
        "pigz -11k b",
        "pigz -kn a",
        "pigz -km a",
        "pigz -kT a",
        "pigz -kC comment a",
        "pigz -k -p 4 -b 64 a",
        "pigz -kiR a",
        "pigz -kY a",
        "pigz taken",
        "pigz -f taken",
        "pigz d",
        "pigz -r d",
        "pigz -c a",
        "pigz nosuch a",
        "pigz x.gz",
        "pigz -S .x a",
        "pigz -d x.gz",
        "pigz -d x",
        "pigz -dk renamed.gz",
        "pigz -dN renamed.gz",
        "pigz -dc two.gz",
        "pigz -d zeros.gz",
        "pigz -d wrong.gz",
        "pigz -d length.gz",
        "pigz -d text.gz",
        "pigz -d a",
        "pigz -t x.gz",
        "pigz -t wrong.gz",
        "pigz -K a -10",
        "pigz -b 1 a",
        "pigz -p 0 a",
        "pigz --bogus a",
    ] {
        let scene = Scene {
            line: line.to_owned(),
            stdin: Vec::new(),
            variable: None,
        };
        let (real, real_files, real_stdout) = play(&scene, |_, _| pigz.clone(), &gzip);
        let (ours, our_files, our_stdout) = play(&scene, Place::binary, &gzip);
        // Already compressed files are no error for us, as for gzip.
        if !real.stderr.contains(" ends with .gz") {
            assert_eq!(
                ours.status.success(),
                real.status.success(),
                "{line}: {:?} {:?}",
                ours.stderr,
                real.stderr
            );
        }
        assert_eq!(our_stdout, real_stdout, "{line}");
        compare(line, &our_files, &real_files);
    }
}

#[test]
fn what_we_write_they_read() {
    let place = Place::new();
    let plain = [lines(700_000), noise(200_000, 3), lines(500_000)].concat();
    place.write("a", &plain);
    for flags in [
        "-0",
        "-1",
        "-6",
        "-9",
        "-11",
        "-i",
        "-R",
        "-b 32",
        "-C comment",
    ] {
        let packed = place.run(&format!("pigz -c {flags} a")).quietly(0);
        for name in ["gzip", "pigz"] {
            let Some(tool) = peer(name) else { continue };
            let found = end(&mut place.prepare(&tool, ["-dc"]), &packed).quietly(0);
            assert!(found == plain, "{name} {flags}");
        }
    }
    let Some(pigz) = peer("pigz") else { return };
    let packed = place.run("pigz -cz a").quietly(0);
    assert!(end(&mut place.prepare(&pigz, ["-dc"]), &packed).quietly(0) == plain);
    for flags in [["-cz"], ["-ci"], ["-c9"], ["-cR"]] {
        let packed = end(&mut place.prepare(&pigz, flags), &plain).quietly(0);
        assert!(
            place.run_with("unpigz", &packed).quietly(0) == plain,
            "{flags:?}"
        );
    }
}
