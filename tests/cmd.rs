//! The command, a case a file.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
