//! Metrics: one recorder a process, however many servers run in it.

use axum_prometheus::PrometheusMetricLayer;
use axum_prometheus::metrics_exporter_prometheus::PrometheusHandle;
use std::sync::OnceLock;

type Layer = PrometheusMetricLayer<'static>;

static RECORDER: OnceLock<(Layer, PrometheusHandle)> = OnceLock::new();

fn recorder() -> &'static (Layer, PrometheusHandle) {
    RECORDER.get_or_init(PrometheusMetricLayer::pair)
}

/// Counts and times requests, by method, route and status.
pub fn layer() -> Layer {
    recorder().0.clone()
}

/// Everything counted so far, as Prometheus reads it.
pub fn render() -> String {
    recorder().1.render()
}
