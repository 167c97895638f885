package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// Keys of the Secret that spec.costRef of a team names.
const (
	costKey     = "costPerHour"
	currencyKey = "currency"
)

// Money is what an hour of a person of a team costs.
type Money struct {
	PerHour  int64 // in millionths
	Currency string
}

// Of is what a time of people costs, in millionths.
func (m Money) Of(t sample.Span) int64 {
	if t < 0 {
		return -m.Of(-t)
	}
	return sample.MulDiv(m.PerHour, int64(t), int64(sample.Hour))
}

// costs are what the teams cost, by name, as far as who asks may read it. The sentences
// say why not of the others that name a Secret; they repeat nothing of one.
func costs(ctx context.Context, c client.Client, teams []v1alpha1.ReviewTeam) (map[string]Money, []string) {
	out, notes := map[string]Money{}, []string{}
	for i := range teams {
		t := &teams[i]
		if t.Spec.CostRef == nil {
			continue
		}
		m, err := costOf(ctx, c, client.ObjectKey{Namespace: t.Namespace, Name: t.Spec.CostRef.Name})
		if err != nil {
			notes = append(notes, fmt.Sprintf("%s is counted in hours and not in money: %v", t.Name, err))
			continue
		}
		out[t.Name] = m
	}
	return out, notes
}

func costOf(ctx context.Context, c client.Client, key client.ObjectKey) (Money, error) {
	var s corev1.Secret
	err := c.Get(ctx, key, &s)
	switch {
	case apierrors.IsForbidden(err):
		return Money{}, fmt.Errorf("you may not read Secret %s of namespace %s, which holds its cost", key.Name, key.Namespace)
	case apierrors.IsNotFound(err):
		return Money{}, fmt.Errorf("there is no Secret %s, which spec.costRef names, in namespace %s", key.Name, key.Namespace)
	case err != nil:
		return Money{}, fmt.Errorf("read Secret %s: %w", key.Name, err)
	}
	m := Money{Currency: strings.TrimSpace(string(s.Data[currencyKey]))}
	amount, ok := s.Data[costKey]
	if !ok {
		return Money{}, fmt.Errorf("no key %s is in Secret %s", costKey, key.Name)
	}
	if m.PerHour, err = v1alpha1.Money(strings.TrimSpace(string(amount))).Micro(); err != nil {
		return Money{}, fmt.Errorf("%s of Secret %s is not an amount above 0 with at most six decimals, such as 24.50", costKey, key.Name)
	}
	if m.Currency != "" && !currencyCode.MatchString(m.Currency) {
		return Money{}, fmt.Errorf("%s of Secret %s is not a code of three capitals, such as EUR", currencyKey, key.Name)
	}
	return m, nil
}

// sum adds up amounts by currency.
type sum map[string]int64

// String is the amounts with their signs, "+320.00 EUR and -12.50 USD".
func (s sum) String() string {
	var parts []string
	for _, currency := range slices.Sorted(maps.Keys(s)) {
		whole, cents, _ := strings.Cut(amount(abs(s[currency])), ".")
		sign := "+"
		if s[currency] < 0 {
			sign = "-"
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s%s.%s %s", sign, grouped(whole), cents, currency)))
	}
	return strings.Join(parts, " and ")
}

// amount is millionths as a number with two decimals, rounded.
func amount(micro int64) string {
	cents := (abs(micro) + 5000) / 10_000
	text := fmt.Sprintf("%d.%02d", cents/100, cents%100)
	if micro < 0 && cents > 0 {
		return "-" + text
	}
	return text
}

func abs(n int64) int64 { return max(n, -n) }

// grouped is a whole number with a comma before each three digits.
func grouped(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
