package server

import "github.com/prometheus/client_golang/prometheus"

// Register adds lox_key_cache_hits_total, lox_key_cache_misses_total and lox_key_watch_up.
func (k *KeyCache) Register(metrics prometheus.Registerer) {
	metrics.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "lox_key_cache_hits_total",
			Help: "Requests whose API key was in this server's cache, with an entry that was still trusted.",
		}, func() float64 { return float64(k.hits.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "lox_key_cache_misses_total",
			Help: "Requests whose API key was looked up in the database.",
		}, func() float64 { return float64(k.misses.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "lox_key_watch_up",
			Help: "1 while this server gets PostgreSQL's notifications of changed API keys, else 0: then each key is looked up again after a second.",
		}, func() float64 {
			if k.watched.Load() {
				return 1
			}
			return 0
		}),
	)
}
