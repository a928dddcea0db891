//! Processor cores against the threads that answer requests.

use super::{Finding, Patient};

const CHECK: &str = "cores";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    vec![judged(std::thread::available_parallelism().map_or(1, usize::from), patient.config.workers)]
}

fn judged(cores: usize, workers: usize) -> Finding {
    let found = format!("{cores} for this process, workers = {workers}");
    if workers > cores.saturating_mul(2) {
        return Finding::look(CHECK, found, "more threads than cores wait for each other: leave workers out");
    }
    if cores == 1 {
        let hashing = format!("{found}: while somebody signs in, everybody else waits some 20 ms");
        return Finding::look(CHECK, hashing, "two cores or more keep log-ins out of the way");
    }
    Finding::ok(CHECK, found)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn one_core_and_too_many_threads_are_looked_at() {
        assert_eq!(judged(4, 4).verdict, Verdict::Ok);
        assert_eq!(judged(1, 1).verdict, Verdict::Look);
        assert_eq!(judged(2, 16).verdict, Verdict::Look);
    }
}
