package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/capacity"
)

// Outlook is how long a promise holds and a backlog lasts, as times. A breach is empty
// for none within 24 h, a drain for one whose end is not in sight.
type Outlook struct {
	// NoBreachBefore holds with 90 %; by BreachLikely a breach is as likely as not.
	NoBreachBefore string `json:"noBreachBefore,omitempty"`
	BreachLikely   string `json:"breachLikely,omitempty"`
	// ByForecast is NoBreachBefore before it was corrected by how earlier ones held.
	ByForecast string `json:"byForecast,omitempty"`
	// DrainedBy holds with 90 %; by DrainLikely the backlog is as likely gone as not.
	DrainedBy   string `json:"drainedBy,omitempty"`
	DrainLikely string `json:"drainLikely,omitempty"`
}

// outlook is what a decision says of a queue; nil where it was told nothing of the time
// beyond the lead.
func outlook(q *capacity.Queue, r *capacity.Risk) *Outlook {
	if len(q.Outlook.Upper) == 0 || r.Reason == capacity.NoData {
		return nil
	}
	return &Outlook{
		NoBreachBefore: clock(r.Breach.Sure), BreachLikely: clock(r.Breach.Likely), ByForecast: clock(r.Breach.ModelSure),
		DrainedBy: clock(r.Drain.Sure), DrainLikely: clock(r.Drain.Likely),
	}
}

// outlookText prints how long it holds, where anything was said of that.
func (r Report) outlookText(b *strings.Builder) {
	if !slices.ContainsFunc(r.Queues, func(q Queue) bool { return q.Risk != nil && q.Risk.Outlook != nil }) {
		return
	}
	b.WriteString("\nHow long it holds, corrected by how earlier figures held\n")
	table(b, func(t io.Writer) {
		fmt.Fprintln(t, "  QUEUE\tNO BREACH BEFORE, 90 %\tBY THE FORECAST ALONE\tAS LIKELY AS NOT BY"+
			"\tBACKLOG GONE BY, 90 %\tAS LIKELY AS NOT BY")
		for _, q := range r.shown() {
			if q.Risk == nil || q.Risk.Outlook == nil {
				continue
			}
			o, none := q.Risk.Outlook, "beyond 24 h"
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\n", r.mark(q.Name), orElse(r.near(o.NoBreachBefore), none),
				orElse(r.near(o.ByForecast), none), orElse(r.near(o.BreachLikely), none),
				orElse(r.near(o.DrainedBy), "not in sight"), orElse(r.near(o.DrainLikely), "not in sight"))
		}
	})
	r.moreText(b)
}
