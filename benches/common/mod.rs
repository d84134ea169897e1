//! What all benchmarks are measured with.

use std::time::Duration;

use criterion::Criterion;

/// Runs benchmarks, or some of them as the arguments ask.
pub(crate) fn run(benches: fn(&mut Criterion)) {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
        .configure_from_args();
    benches(&mut criterion);
    criterion.final_summary();
}
