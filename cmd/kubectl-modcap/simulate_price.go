package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
)

// price is what a worker costs.
type price struct {
	PerReplicaHour v1alpha1.Money `json:"perReplicaHour"`
	Currency       string         `json:"currency,omitempty"`
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// parsePrice reads --price: an amount, and perhaps a currency behind it.
func parsePrice(s string) (*price, error) {
	if s == "" {
		return nil, nil
	}
	words := strings.Fields(s)
	p := &price{}
	if len(words) > 0 {
		p.PerReplicaHour = v1alpha1.Money(words[0])
	}
	if len(words) > 1 {
		p.Currency = words[1]
	}
	_, err := p.PerReplicaHour.Micro()
	if err != nil || len(words) > 2 || p.Currency != "" && !currencyCode.MatchString(p.Currency) {
		return nil, fmt.Errorf(`--price is %q: want an amount above 0, such as 2.40, or with a currency, "2.40 EUR"`, s)
	}
	return p, nil
}

// priceOf is that of a pool, which was checked.
func priceOf(p *v1alpha1.ClassifierPool) *price {
	if p.Spec.Cost == nil {
		return nil
	}
	return &price{PerReplicaHour: p.Spec.Cost.PerReplicaHour, Currency: p.Spec.Cost.Currency}
}

// of is what worker-hours cost; 0 without a price.
func (p *price) of(workerHours float64) float64 {
	if p == nil {
		return 0
	}
	micro, err := p.PerReplicaHour.Micro()
	if err != nil {
		return 0
	}
	return workerHours * float64(micro) / 1e6
}

// title is the head of a column of amounts.
func (p *price) title() string { return strings.TrimSpace("COST " + p.Currency) }
