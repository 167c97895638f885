package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// bill is what time of teams costs, as far as who asks may know it.
type bill struct {
	prices map[string]Money // by team
	notes  []string         // why not of others, in words
}

// billOf reads what the teams of these names cost. tried are the teams of files, which stand for
// those of the cluster. With an error there is a bill too, on which nothing is known.
func (c *cluster) billOf(ctx context.Context, names []string, tried []v1alpha1.ReviewTeam) (*bill, error) {
	out := &bill{}
	if len(names) == 0 {
		return out, nil
	}
	there, err := c.teams(ctx)
	if err != nil {
		return out, err
	}
	specs := map[string]v1alpha1.ReviewTeam{}
	for _, t := range there {
		specs[t.team.Name] = *t.spec
	}
	for _, t := range tried {
		t.Namespace = c.namespace
		specs[t.Name] = t
	}
	var priced []v1alpha1.ReviewTeam
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if spec, ok := specs[name]; ok {
			priced = append(priced, spec)
		}
	}
	out.prices, out.notes = costs(ctx, c.client, priced)
	return out, nil
}

// of is what times of teams cost, by currency, and the teams of which that is not known.
func (b *bill) of(times map[string]sample.Span) (total sum, without []string) {
	total = sum{}
	for _, team := range slices.Sorted(maps.Keys(times)) {
		if m, ok := b.prices[team]; ok {
			total[m.Currency] += m.Of(times[team])
		} else {
			without = append(without, team)
		}
	}
	return total, without
}

// say writes what times of teams cost, and why it is not known of others.
func (b *bill) say(out io.Writer, times map[string]sample.Span) error {
	var text strings.Builder
	if total, without := b.of(times); len(total) > 0 {
		fmt.Fprintf(&text, "Cost of people on the roster: %s", total)
		if len(without) > 0 {
			fmt.Fprintf(&text, ", without %s", strings.Join(without, ", "))
		}
		text.WriteString(".\n")
	}
	return errors.Join(writeText(out, text.String()), b.sayNotes(out))
}

// sayNotes says of whom it is not known what they cost.
func (b *bill) sayNotes(out io.Writer) error {
	var text strings.Builder
	for _, n := range b.notes {
		text.WriteString(n + ".\n")
	}
	return writeText(out, text.String())
}

func writeText(out io.Writer, text string) error {
	if _, err := io.WriteString(out, text); err != nil {
		return fmt.Errorf("write what it costs: %w", err)
	}
	return nil
}

// costData is an amount as other programs read it.
type costData struct {
	Currency string `json:"currency,omitempty"`
	Amount   string `json:"amount"`
	// Without are teams that are not in it: they name no cost, or it may not be read.
	Without []string `json:"without,omitempty"`
}

// data is what times of teams cost; nothing where that is not known.
func (b *bill) data(times map[string]sample.Span) []costData {
	var out []costData
	total, without := b.of(times)
	for _, currency := range slices.Sorted(maps.Keys(total)) {
		out = append(out, costData{currency, amount(total[currency]), without})
	}
	return out
}

// inMoney is what paid hours of remedies cost, ", 320.00 EUR"; nothing where it is not known of all.
func (b *bill) inMoney(remedies []staffing.Remedy) string {
	total, without := b.of(paidTimes(remedies))
	if len(without) > 0 || len(total) == 0 {
		return ""
	}
	return ", " + strings.ReplaceAll(total.String(), "+", "")
}

// rosterTimes are the hours of people by which the teams of a change differ.
func rosterTimes(change *sheet.Change) map[string]sample.Span {
	out := map[string]sample.Span{}
	for _, t := range change.Teams {
		out[t.Name] = max(t.After, 0) - max(t.Before, 0)
	}
	return out
}

// paidTimes are the paid hours of remedies, by team.
func paidTimes(remedies []staffing.Remedy) map[string]sample.Span {
	out := map[string]sample.Span{}
	for i := range remedies {
		out[remedies[i].Team] += remedies[i].Cost
	}
	return out
}
