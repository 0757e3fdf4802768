package main

import (
	"fmt"
	"html"
	"math"
	"os"
	"slices"
	"strings"
)

// The chart has a panel for each workload, all with the number of backups from
// left to right, in powers of ten, and the median latency from the bottom up.
const (
	panelWidth, panelHeight     = 300, 190
	panelsAcross                = 3
	plotLeft, plotRight         = 48, 20
	plotTop, plotBottom         = 34, 30
	chartTop                    = 64
	productColour, bareColour   = "#1f5fbf", "#c2571a"
	minimalPanel, roomAboveData = 0.2, 1.25 // ms; and of the highest value
)

// chart draws what one request takes by the number of backups, with one
// connection.
func (r *report) chart() string {
	var panels []comparison
	for _, c := range r.Results {
		if c.Connections == 1 && len(c.Sizes) > 1 {
			panels = append(panels, c)
		}
	}
	rows := (len(panels) + panelsAcross - 1) / panelsAcross
	width, height := panelsAcross*panelWidth, chartTop+rows*panelHeight
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="11">
<rect width="100%%" height="100%%" fill="white"/>
<text x="16" y="24" font-size="16">What a request takes, by the number of backups of its tenant</text>
<text x="16" y="44">Median in ms, one connection: <tspan fill="%[3]s">● LOX</tspan>, <tspan fill="%[4]s">○ the ceiling, a bare HTTP server with the same statements</tspan>. Dashed: the most that is allowed.</text>
`, width, height, productColour, bareColour)
	for i, c := range panels {
		fmt.Fprintf(&svg, "<g transform=\"translate(%d %d)\">\n", i%panelsAcross*panelWidth, chartTop+i/panelsAcross*panelHeight)
		c.panel(&svg)
		svg.WriteString("</g>\n")
	}
	svg.WriteString("</svg>\n")
	return svg.String()
}

// panel draws one workload.
func (c comparison) panel(svg *strings.Builder) {
	first, last := c.Sizes[0], c.Sizes[len(c.Sizes)-1]
	low, high := math.Log10(float64(first.Backups)), math.Log10(float64(last.Backups))
	bar := first.P50 * c.Bar
	top := max(minimalPanel, bar)
	for _, f := range c.Sizes {
		top = max(top, f.P50*roomAboveData)
	}
	if c.Bare != nil {
		top = max(top, c.Bare.P50*roomAboveData)
	}
	x := func(backups int) float64 {
		share := (math.Log10(float64(backups)) - low) / (high - low)
		return plotLeft + share*(panelWidth-plotLeft-plotRight)
	}
	y := func(ms float64) float64 {
		return panelHeight - plotBottom - ms/top*(panelHeight-plotTop-plotBottom)
	}
	fmt.Fprintf(svg, "<text x=\"%d\" y=\"20\" font-weight=\"bold\">%s</text>\n", plotLeft, html.EscapeString(c.Workload))
	for _, ms := range []float64{0, top / 2, top} {
		fmt.Fprintf(svg, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">%.2g</text>\n",
			plotLeft, y(ms), panelWidth-plotRight, plotLeft-6, y(ms)+4, ms)
	}
	var line []string
	for _, f := range c.Sizes {
		line = append(line, fmt.Sprintf("%.1f,%.1f", x(f.Backups), y(f.P50)))
		fmt.Fprintf(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s</text>\n", x(f.Backups), panelHeight-plotBottom+16, shortly(f.Backups))
		fmt.Fprintf(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n", x(f.Backups), y(f.P50), productColour)
	}
	fmt.Fprintf(svg, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", strings.Join(line, " "), productColour)
	if c.Bare != nil {
		fmt.Fprintf(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"white\" stroke=\"%s\" stroke-width=\"2\"/>\n", x(c.Bare.Backups), y(c.Bare.P50), bareColour)
	}
	if bar > 0 {
		fmt.Fprintf(svg, "<path d=\"M%d %.1fH%d\" stroke=\"#999\" stroke-dasharray=\"4 3\"/>\n", plotLeft, y(bar), panelWidth-plotRight)
	}
}

func (r *report) writeChart(file string) error {
	if !slices.ContainsFunc(r.Results, func(c comparison) bool { return len(c.Sizes) > 1 }) {
		return fmt.Errorf("%s: nothing was measured on tenants of several sizes", file)
	}
	return os.WriteFile(file, []byte(r.chart()), 0o644)
}
