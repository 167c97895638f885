package preview

import (
	"errors"
	"fmt"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// take puts a histogram in its place. One of a queue or label that the policy does not have is none of its business.
func (e *counting) take(h *Histogram) error {
	r := e.change.After
	l, known := r.label(h.Label)
	if !known {
		l, known = e.change.Before.label(h.Label)
	}
	if !known || h.Queue != "" && !r.has(h.Queue) {
		return nil
	}
	if err := h.check(&l); err != nil {
		return fmt.Errorf("label %s: %w", h.Label, err)
	}
	if !r.takes(r.queueOf(h.Queue), h.Market) {
		return nil
	}
	at := place{h.Queue, h.Market, h.Language}
	if h.Look != NotLooked {
		e.looks[looked{at, h.Label, h.Rest, h.Look}] = h
		return nil
	}
	return e.put(at, h)
}

func (h *Histogram) check(l *v1.Label) error {
	if h.Version != "" && l.Version != "" && h.Version != l.Version {
		return fmt.Errorf("the histograms are of model version %s, and the policy means version %s of %s: "+
			"scores of two versions cannot be compared", h.Version, l.Version, l.Model)
	}
	if h.Market != "" && !isMarket(h.Market) {
		return fmt.Errorf("market: %s", noMarket(h.Market))
	}
	return nil
}

func (e *counting) put(at place, h *Histogram) error {
	if e.places[at] == nil {
		e.places[at] = map[string]scored{}
	}
	if e.places[at][h.Label] == nil {
		e.places[at][h.Label] = scored{}
	}
	if e.places[at][h.Label][h.Rest] != nil {
		return fmt.Errorf("label %s: there are two histograms of market %q, language %q and rest=%s: "+
			"sum them by (queue, label, version, market, language, rest, le)", h.Label, h.Market, h.Language, strings.ToLower(h.Rest.String()))
	}
	e.places[at][h.Label][h.Rest] = h
	e.tally.Rows += len(h.Counts)
	return nil
}

// check refuses what histograms cannot tell.
func (e *counting) check() error {
	var errs []error
	for _, name := range e.change.Labels {
		if err := e.checkLabel(name); err != nil {
			errs = append(errs, fmt.Errorf("label %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func (e *counting) checkLabel(name string) error {
	was, _ := e.change.Before.label(name)
	is, _ := e.change.After.label(name)
	if was.Name == is.Name && (was.HarmDomain != is.HarmDomain || was.Severity != is.Severity) {
		return errors.New("its harm domain or severity changes, and histograms tell of bands only: preview it on joint scores (--scores)")
	}
	found := false
	for _, at := range e.sorted() {
		if of := e.places[at][name]; of != nil {
			found = true
			if at.market == "" && len(was.Overrides)+len(is.Overrides) > 0 {
				return errors.New("its histograms do not tell markets apart, and it has bands of its own in some: add the label market")
			}
			if err := of.check(len(e.change.Labels) > 1); err != nil {
				return err
			}
		}
	}
	if !found {
		return errors.New("there are no histograms of its scores")
	}
	return nil
}

// check refuses histograms from which nothing follows for one label, or for several.
func (of scored) check(several bool) error {
	switch {
	case of[Unknown] != nil && len(of) > 1:
		return errors.New("some of its histograms have rest, and some have not: it must be on all")
	case several && of[v1.Act] == nil && of[Unknown] == nil:
		return errors.New("several labels change together, and there is no histogram with rest=act, without which there is no bound " +
			"of what they have in common: preview one label at a time, or all on joint scores (--scores)")
	}
	return nil
}
