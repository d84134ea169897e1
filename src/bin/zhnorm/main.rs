fn main() {
    let a: Vec<String> = std::env::args().collect();
    let c = if a[1] == "--config" {
        zhnorm::Converter::exact(a[2].parse().unwrap())
    } else {
        zhnorm::Converter::to(a[2].parse().unwrap())
    };
    let b = std::fs::read(&a[3]).unwrap();
    use std::io::Write;
    std::io::stdout().write_all(&c.convert_bytes(&b)).unwrap();
}
