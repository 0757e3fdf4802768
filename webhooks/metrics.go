package webhooks

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	duration *prometheus.HistogramVec
	lag      prometheus.Gauge
}

func newMetrics(registry prometheus.Registerer, s *slots) *metrics {
	m := &metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "lox_webhook_attempt_duration_seconds",
			Help: "Time until the answer to an attempt to deliver an event, by result: " +
				"succeeded, failed (another status than 2xx), unanswered, unsigned (LOX's own fault).",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 15},
		}, []string{"result"}),
		lag: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lox_webhook_lag_seconds",
			Help: "How long the delivery that waited longest had been due when it was claimed, at the latest claim.",
		}),
	}
	inFlight := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lox_webhook_deliveries_in_flight",
		Help: "Deliveries of events that are being tried.",
	}, func() float64 { return float64(s.inFlight()) })
	if registry != nil {
		registry.MustRegister(m.duration, m.lag, inFlight)
	}
	return m
}

func (m *metrics) attempted(a Answer) {
	result := "failed"
	switch {
	case a.Unsigned:
		result = "unsigned"
	case a.Status == 0:
		result = "unanswered"
	case a.Status/100 == 2:
		result = "succeeded"
	}
	m.duration.WithLabelValues(result).Observe(a.Latency.Seconds())
}

// claimed sets the lag to the longest time that a delivery of a claim had been due. It
// leaves out hosts whose latest answer was not 2xx: their deliveries are late because such
// a host gets one attempt a second, and more servers would not change that.
func (m *metrics) claimed(got []claimed, now time.Time) {
	var lag time.Duration
	for _, c := range got {
		if !c.permit.failing && c.item.NextAt != nil {
			lag = max(lag, now.Sub(*c.item.NextAt))
		}
	}
	m.lag.Set(lag.Seconds())
}
