package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/modcap/modcap/internal/capacity"
)

// overridesOf are the overrides of a queue in words.
func overridesOf(q *capacity.Queue) []Override {
	out := make([]Override, 0, len(q.Overrides))
	for i := range q.Overrides {
		o := &q.Overrides[i]
		out = append(out, Override{
			Name: o.Name, Type: string(o.Kind), Does: does(q, o), From: clock(o.From), Until: clock(o.Until), Reason: o.Reason, By: o.By,
		})
	}
	return out
}

func does(q *capacity.Queue, o *capacity.QueueOverride) string {
	if o.Kind == capacity.Priority {
		return fmt.Sprintf("priority %d in place of %d", q.Priority, o.Declared)
	}
	return strings.Replace(fmt.Sprintf("%d.%d%% of the arrivals", o.Arrivals/10, o.Arrivals%10), ".0%", "%", 1)
}

// overridesText lists the overrides of the queues shown; nothing where there are none.
func (r Report) overridesText(b *strings.Builder) {
	shown := r.shown()
	if !slices.ContainsFunc(shown, func(q Queue) bool { return len(q.Overrides) > 0 }) {
		return
	}
	b.WriteString("\nOverrides of these queues\n")
	table(b, func(t io.Writer) {
		fmt.Fprintln(t, "  QUEUE\tOVERRIDE\tTYPE\tDOES\tFROM\tUNTIL\tBY\tREASON")
		for _, q := range shown {
			for _, o := range q.Overrides {
				fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
					r.mark(q.Name), o.Name, o.Type, o.Does, orElse(o.From, "-"), o.Until, orElse(plain(o.By), "-"), orElse(plain(o.Reason), "-"))
			}
		}
	})
}

// plain is what somebody wrote, without what a terminal or a table would act on.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}
