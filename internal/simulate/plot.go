package simulate

import (
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
)

// Measures of a plot in pixels.
const (
	plotWidth   = 960
	plotLeft    = 64 // of the panels
	plotInner   = 864
	plotTop     = 76 // of the first panel's title
	panelTitle  = 22
	panelHeight = 112
	panelGap    = 20
	plotBottom  = 44 // for the time axis
)

// plotStyle suits a light and a dark page.
const plotStyle = `<style>
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1f2933}
.h{font-size:16px;font-weight:600}.s{fill:#52606d}.t{font-weight:600}
.bg{fill:#fff}.grid{stroke:#d9dee4;fill:none}.axis{stroke:#7b8794;fill:none}
.f1{fill:#9cc3e6}.l1{stroke:#1d5fa8;fill:none;stroke-width:1.3}
.f2{fill:#a8d5ba}.l2{stroke:#c2410c;fill:none;stroke-width:1.3}
.f3{fill:#8a63c4}.f4{fill:#d1242f}
@media(prefers-color-scheme:dark){text{fill:#e6e9ed}.s{fill:#a6b0bb}.bg{fill:#14181d}.grid{stroke:#2d343c}.axis{stroke:#8a949f}
.f1{fill:#2c4f74}.l1{stroke:#7db7f0}.f2{fill:#2b5a43}.l2{stroke:#fb923c}.f3{fill:#9d7fd6}.f4{fill:#ff6b6b}}
</style>
`

// Plot draws the tape as SVG, readable by people, on one time axis: arrivals,
// workers, backlog and late items; where several queues share the pool, a line for each
// of them. Title says what it is, note what came of it.
func (tape *Tape) Plot(w io.Writer, title, note string) error {
	p := &plotter{seconds: len(tape.Arrivals), columns: min(plotInner, len(tape.Arrivals))}
	panels, top := tape.panels(), plotTop
	lanes := tape.lanes()
	if len(lanes) > 0 {
		panels, top = tape.lanePanels(lanes), plotTop+keyHeight
	}
	height := top + len(panels)*(panelTitle+panelHeight+panelGap) - panelGap + plotBottom
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n",
		plotWidth, height, plotWidth, height)
	p.f("<title>%s</title>\n<desc>%s</desc>\n%s", html.EscapeString(title), html.EscapeString(note), plotStyle)
	p.f(`<rect class="bg" width="%d" height="%d"/>`+"\n", plotWidth, height)
	p.text(plotLeft, 28, "h", title)
	p.text(plotLeft, 48, "s", note)
	p.key(lanes)
	for i := range panels {
		p.panel(&panels[i], top+i*(panelTitle+panelHeight+panelGap), i == len(panels)-1)
	}
	p.f("</svg>\n")
	if _, err := io.WriteString(w, p.out.String()); err != nil {
		return fmt.Errorf("write plot: %w", err)
	}
	return nil
}

// panel is one picture on the time axis.
type panel struct {
	title  string
	layers []layer
	most   float64 // of all layers
	keyed  bool    // its layers are named elsewhere
}

// layer is one series of a panel: a value for each second, merged by column.
type layer struct {
	class, name string // class f… is an area from zero, l… a line of steps
	value       func(second int) float64
	merge       merge
	every       int // seconds for which one value stands; 0 for a column
}

// merge is how the seconds of a column become one value.
type merge int

const (
	mean merge = iota
	highest
	total
)

func (tape *Tape) panels() []panel {
	each, unit := tape.late()
	arrivals := func(t int) float64 { return tape.Arrivals[t] }
	return []panel{
		{title: "Arrivals, items a second", layers: []layer{
			{"f1", "highest second", arrivals, highest, 0}, {"l1", "mean", arrivals, mean, 0}}},
		tape.workers(),
		{title: "Backlog, items", layers: []layer{
			{"f3", "highest", func(t int) float64 { return tape.Backlog[t] }, highest, 0}}},
		{title: "Late items by when they came, each " + unit, layers: []layer{
			{"f4", "late", func(t int) float64 { return tape.Late[t] }, total, each}}},
	}
}

func (tape *Tape) workers() panel {
	return panel{title: "Workers", layers: []layer{
		{"f2", "ready", func(t int) float64 { return float64(tape.Ready[t]) }, mean, 0},
		{"l2", "wanted", func(t int) float64 { return float64(tape.Desired[t]) }, highest, 0}}}
}

// late is for how many seconds late items are added up, and what those are called.
func (tape *Tape) late() (each int, unit string) {
	if len(tape.Arrivals) < 4*3600 {
		return 60, "minute"
	}
	return 300, "5 minutes"
}

// plotter writes a plot.
type plotter struct {
	out              strings.Builder
	seconds, columns int
}

func (p *plotter) f(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

func (p *plotter) text(x, y int, class, s string) {
	p.f(`<text x="%d" y="%d" class="%s">%s</text>`+"\n", x, y, class, html.EscapeString(s))
}

// panel draws one at y, with the labels of the time axis if it is the last.
func (p *plotter) panel(c *panel, y int, last bool) {
	columns := make([][]float64, len(c.layers))
	for i := range c.layers {
		columns[i] = p.merged(&c.layers[i])
		for _, v := range columns[i] {
			c.most = max(c.most, v)
		}
	}
	p.text(plotLeft, y+14, "t", c.title)
	if !c.keyed {
		p.legend(c, y+14)
	}
	top, step := y+panelTitle, niceStep(c.most/4)
	ceiling := max(math.Ceil(c.most/step), 1) * step
	at := func(v float64) float64 { return float64(top) + panelHeight*(1-v/ceiling) }
	for v := 0.0; v <= ceiling+step/2; v += step {
		p.f(`<path class="grid" d="M%d %.1fh%d"/><text class="s" text-anchor="end" x="%d" y="%.1f">%s</text>`+"\n",
			plotLeft, at(v), plotInner, plotLeft-8, at(v)+4, number(v))
	}
	p.timeAxis(top, last)
	for i := range c.layers {
		p.path(c.layers[i].class, columns[i], at)
	}
	p.f(`<path class="axis" d="M%d %dv%dh%d"/>`+"\n", plotLeft, top, panelHeight, plotInner)
	if c.most == 0 {
		p.text(plotLeft+12, top+panelHeight-12, "s", "none")
	}
}

// legend names the layers at the right of a panel's title, last first.
func (p *plotter) legend(c *panel, y int) {
	if len(c.layers) < 2 {
		return
	}
	x := plotLeft + plotInner
	for i := len(c.layers) - 1; i >= 0; i-- {
		l := &c.layers[i]
		x -= 7*len(l.name) + 34
		if strings.HasPrefix(l.class, "f") {
			p.f(`<rect class="%s" x="%d" y="%d" width="16" height="10"/>`, l.class, x, y-9)
		} else {
			p.f(`<path class="%s" d="M%d %dh16"/>`, l.class, x, y-4)
		}
		p.text(x+22, y, "s", l.name)
	}
}

// merged is a layer's value in each column.
func (p *plotter) merged(l *layer) []float64 {
	out := make([]float64, p.columns)
	columns := p.columns
	if l.every > 0 {
		columns = (p.seconds + l.every - 1) / l.every
	}
	values := make([]float64, columns)
	for t := range p.seconds {
		i, v := t*columns/p.seconds, l.value(t)
		if l.every > 0 {
			i = t / l.every
		}
		if l.merge == highest {
			values[i] = max(values[i], v)
		} else {
			values[i] += v
		}
	}
	for i := range out {
		from := (i*p.seconds + p.columns - 1) / p.columns // the first second of the column
		switch next := ((i+1)*p.seconds + p.columns - 1) / p.columns; {
		case l.every > 0:
			out[i] = values[from/l.every]
		case l.merge == mean:
			out[i] = values[i] / float64(next-from)
		default:
			out[i] = values[i]
		}
	}
	return out
}

// path draws columns as steps: an area down to zero, or a line. Columns that do not
// differ become one step.
func (p *plotter) path(class string, columns []float64, at func(float64) float64) {
	width := float64(plotInner) / float64(len(columns))
	area := strings.HasPrefix(class, "f")
	p.f(`<path class="%s" d="M%d %.1f`, class, plotLeft, at(map[bool]float64{true: 0, false: columns[0]}[area]))
	before := ""
	for i, v := range columns {
		y := strconv.FormatFloat(at(v), 'f', 1, 64)
		if y != before {
			p.f("H%sV%s", strconv.FormatFloat(math.Round(10*(plotLeft+float64(i)*width))/10, 'g', -1, 64), y)
			before = y
		}
	}
	p.f("H%d", plotLeft+plotInner)
	if area {
		p.f("V%.1fz", at(0))
	}
	p.f(`"/>` + "\n")
}

// timeSteps are distances of marks on the time axis, in seconds.
var timeSteps = [...]int{10, 30, 60, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600}

// timeAxis draws its marks through a panel, and their labels below the last.
func (p *plotter) timeAxis(top int, labels bool) {
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if p.seconds/s <= 9 {
			step = s
			break
		}
	}
	for t := 0; t <= p.seconds; t += step {
		x := plotLeft + float64(t)*plotInner/float64(p.seconds)
		p.f(`<path class="grid" d="M%.1f %dv%d"/>`, x, top, panelHeight)
		if labels {
			p.f(`<text class="s" text-anchor="middle" x="%.1f" y="%d">%s</text>`, x, top+panelHeight+17, clock(t, step))
		}
	}
	p.f("\n")
	if labels {
		p.f(`<text class="s" text-anchor="middle" x="%d" y="%d">time since the start of the scored day, %s</text>`+"\n",
			plotLeft+plotInner/2, top+panelHeight+36, map[bool]string{true: "h:mm", false: "m:ss"}[step >= 600])
	}
}

// clock is a time since the start, to the minute or, on a fine axis, to the second.
func clock(t, step int) string {
	if step >= 600 {
		return fmt.Sprintf("%d:%02d", t/3600, t/60%60)
	}
	return fmt.Sprintf("%d:%02d", t/60, t%60)
}

// niceStep is the least of 1, 2, 5 times a power of ten that is at least v.
func niceStep(v float64) float64 {
	if v <= 0 {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(v)))
	for _, f := range []float64{1, 2, 5} {
		if f*base >= v*(1-1e-9) {
			return f * base
		}
	}
	return 10 * base
}

// number is short: 1.5k for 1500.
func number(v float64) string {
	switch {
	case v >= 1e6:
		return strconv.FormatFloat(v/1e6, 'g', 4, 64) + "M"
	case v >= 1e3:
		return strconv.FormatFloat(v/1e3, 'g', 4, 64) + "k"
	default:
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
}
