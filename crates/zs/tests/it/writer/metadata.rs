//! The text of the metadata.

use blockyard_zs::{BuildInfo, Compression, Error, Metadata};

use super::{cutter, lines, make_of, options};

#[track_caller]
fn check(text: &str, expected: &str) {
    let metadata = Metadata::parse(text).unwrap();
    assert_eq!(
        Metadata::from_object(metadata.object().clone()).text(),
        expected
    );
}

#[test]
fn text_is_that_of_python() {
    check("{}", "{}");
    check(
        r#"{"b":[1,2,[]],"a":{"x":null}}"#,
        r#"{"b": [1, 2, []], "a": {"x": null}}"#,
    );
    check(
        r#"{"ü\u0000\u007f\b\f\n\r\t\/\\\"":"𝄞"}"#,
        r#"{"\u00fc\u0000\u007f\b\f\n\r\t/\\\"": "\ud834\udd1e"}"#,
    );
    check(
        r#"{"a":1,"b":2,"a":[true,false]}"#,
        r#"{"a": [true, false], "b": 2}"#,
    );
    check(
        r#"{"a":[1.0,1e5,1.50,1E16,1e15,0.0001,0.00001,-0,-0.0,1.5e-7,123456789012345678901234567890]}"#,
        "{\"a\": [1.0, 100000.0, 1.5, 1e+16, 1000000000000000.0, 0.0001, 1e-05, 0, -0.0, 1.5e-07, \
         123456789012345678901234567890]}",
    );
}

#[test]
fn build_info_comes_last_and_replaces_nothing() {
    let info = BuildInfo {
        user: "root".to_owned(),
        host: "localhost".to_owned(),
        time: "2026-11-21T01:55:11.484560Z".to_owned(),
        version: "zs 0.10.0".to_owned(),
    };
    let metadata = Metadata::parse(r#"{"corpus":"doc-example"}"#).unwrap();
    assert_eq!(
        metadata.with_build_info(&info).text(),
        "{\"corpus\": \"doc-example\", \"build-info\": {\"user\": \"root\", \"host\": \"localhost\", \
         \"time\": \"2026-11-21T01:55:11.484560Z\", \"version\": \"zs 0.10.0\"}}",
    );
    let metadata = Metadata::parse(r#"{"build-info":0,"a":1}"#).unwrap();
    assert_eq!(
        metadata.with_build_info(&info).text(),
        r#"{"build-info": 0, "a": 1}"#
    );
}

#[test]
fn what_is_not_json_is_not_written() {
    let mut options = options(Compression::None);
    options.metadata = Metadata::parse_lenient(r#"{"a":NaN}"#).unwrap();
    let error = make_of(&[b"a\n"], &cutter(lines(), 10), options).unwrap_err();
    assert!(matches!(error, Error::LenientMetadata), "{error}");
}

#[test]
fn an_index_has_to_get_smaller() {
    for found in [0, 1] {
        let mut options = options(Compression::None);
        options.branching_factor = found;
        let error = make_of(&[b"a\n"], &cutter(lines(), 10), options).unwrap_err();
        let expected = format!("branching factor is {found}, expected at least 2");
        assert_eq!(error.to_string(), expected);
    }
}
