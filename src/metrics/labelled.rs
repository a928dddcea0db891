//! The same figure of several things that are known from the start.

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// One figure for each value of a label.
#[derive(Debug)]
pub struct Labelled<M> {
    label: &'static str,
    figures: Vec<(&'static str, M)>,
}

impl<M> Labelled<M> {
    /// `figures` by the value of `label`.
    pub fn new(label: &'static str, figures: impl IntoIterator<Item = (&'static str, M)>) -> Self {
        Self { label, figures: figures.into_iter().collect() }
    }
}

impl<M: EncodeMetric + TypedMetric> EncodeMetric for Labelled<M> {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        for (value, figure) in &self.figures {
            figure.encode(encoder.encode_family(&[(self.label, *value)])?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}
