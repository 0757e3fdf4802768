package server

import "github.com/prometheus/client_golang/prometheus"

// Register adds lox_key_cache_hits_total, lox_key_cache_misses_total and lox_key_watch_up.
func (k *KeyCache) Register(metrics prometheus.Registerer) {
	metrics.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "lox_key_cache_hits_total",
			Help: "Requests whose API key this server remembered, and could trust to be as it was.",
		}, func() float64 { return float64(k.hits.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "lox_key_cache_misses_total",
			Help: "Requests whose API key was looked up in the database.",
		}, func() float64 { return float64(k.misses.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "lox_key_watch_up",
			Help: "1 while PostgreSQL tells this server of changes to API keys, else 0: then each key is looked up again after a second.",
		}, func() float64 {
			if k.watched.Load() {
				return 1
			}
			return 0
		}),
	)
}
