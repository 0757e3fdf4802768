package lifecycle

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

// metrics are the metrics of all jobs.
type metrics struct {
	waiting, oldest, running *prometheus.GaugeVec
	seconds                  *prometheus.HistogramVec
	failures                 *prometheus.CounterVec
}

// meters are the metrics of one job.
type meters struct {
	waiting, oldest, running prometheus.Gauge
	seconds                  prometheus.Observer
	failures                 prometheus.Counter
}

func newMetrics(registry prometheus.Registerer) metrics {
	label := []string{"name"}
	m := metrics{
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lox_job_waiting",
			Help: "Items of a job that are due and that no server works on, at the latest count, counted up to 1000. " +
				"Of a job that isn't counted in items: 1 while it is due and not done.",
		}, label),
		oldest: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lox_job_oldest_seconds",
			Help: "How long the item that has waited longest had been due at the latest count, or since it was last tried. 0 if nothing waits.",
		}, label),
		running: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lox_job_running",
			Help: "Items of a job that this server works on.",
		}, label),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "lox_job_seconds",
			Help:    "How long items of a job took, those that failed included.",
			Buckets: []float64{.005, .025, .1, .5, 1, 5, 15, 60, 300, 1800, 7200},
		}, label),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lox_job_failed_total",
			Help: "Items of a job that failed, and failures to look for some. They are tried again.",
		}, label),
	}
	if registry != nil {
		registry.MustRegister(m.waiting, m.oldest, m.running, m.seconds, m.failures)
	}
	return m
}

// of returns the meters of a job. Their time series exist from the start. A job without
// Backlog has no meters for it.
func (m metrics) of(j Job) meters {
	of := meters{
		running:  m.running.WithLabelValues(j.Name),
		seconds:  m.seconds.WithLabelValues(j.Name),
		failures: m.failures.WithLabelValues(j.Name),
	}
	if j.Backlog != nil {
		of.waiting, of.oldest = m.waiting.WithLabelValues(j.Name), m.oldest.WithLabelValues(j.Name)
	}
	return of
}

func (m meters) measured(b lox.Backlog, now time.Time) {
	m.waiting.Set(float64(b.Due))
	oldest := 0.0
	if b.Due > 0 {
		oldest = max(0, now.Sub(b.Oldest).Seconds())
	}
	m.oldest.Set(oldest)
}
