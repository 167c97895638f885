package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sheet"
)

// publishedPlan is the plan of a target.
type publishedPlan struct {
	sheet *sheet.Sheet
	raw   []byte   // by language, as it is stored
	notes []string // what was found wrong when it was made
	at    time.Time
}

// target reads a target.
func (c *cluster) target(ctx context.Context, name string) (*v1alpha1.StaffingTarget, error) {
	var t v1alpha1.StaffingTarget
	err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &t)
	switch {
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("you may not read StaffingTarget %s: have the ClusterRole modcap-staffing-view bound to you in namespace %s",
			name, c.namespace)
	case err != nil:
		return nil, c.sentence(ctx, err, "StaffingTarget", name, &v1alpha1.StaffingTargetList{})
	}
	return &t, nil
}

// plan reads the plan of a target.
func (c *cluster) plan(ctx context.Context, name string) (*publishedPlan, error) {
	t, err := c.target(ctx, name)
	if err != nil {
		return nil, err
	}
	if t.Status.Plan == "" {
		return nil, fmt.Errorf("starget/%s has no plan yet: kubectl describe starget %s -n %s says why "+
			"(an operator with --read-only writes none)", name, name, c.namespace)
	}
	var m corev1.ConfigMap
	err = c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: t.Status.Plan}, &m)
	switch {
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("ConfigMap %s, which holds the plan, does not exist: it was deleted, and comes back within five minutes",
			t.Status.Plan)
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("you may not read ConfigMap %s, which holds the plan: have the ClusterRole modcap-staffing-view bound to you "+
			"in namespace %s", t.Status.Plan, c.namespace)
	case err != nil:
		return nil, fmt.Errorf("read ConfigMap %s: %w", t.Status.Plan, err)
	}
	out, err := readPlan(&m)
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", m.Name, err)
	}
	if t.Status.PlannedAt != nil {
		out.at = t.Status.PlannedAt.Time
	}
	out.notes = notesOf(&t.Status)
	return out, nil
}

// notesOf are what gives way, and what was found wrong when the plan was made.
func notesOf(s *v1alpha1.StaffingTargetStatus) (out []string) {
	for i := range s.Relief {
		if r := &s.Relief[i]; r.Step != "" {
			out = append(out, fmt.Sprintf("Relief of policy %s (%s): %s", r.Policy, r.Code, r.Message))
		}
	}
	for _, f := range s.Findings {
		out = append(out, f.Message)
	}
	return append(out, holesOf(s)...)
}

// holesOf says when nobody of a tier that items escalate to is there, the tiers with the most such time first.
func holesOf(s *v1alpha1.StaffingTargetStatus) (out []string) {
	for i := range s.EscalationHoles {
		h := &s.EscalationHoles[i]
		queues := "queue " + h.Queue
		if h.Queues > 1 {
			queues += fmt.Sprintf(" and %d more", h.Queues-1)
		}
		const clock = "Mon 2006-01-02 15:04"
		work := slices.DeleteFunc(append([]string{h.Language}, h.HarmDomains...), func(w string) bool { return w == "" })
		out = append(out, fmt.Sprintf(
			"Nobody for tier %d of %s (%s) is there for what escalates from %s to %s UTC, %s hours in all to the horizon",
			h.Tier, strings.Join(work, " "), queues, h.From.UTC().Format(clock), h.Until.UTC().Format(clock), h.Hours))
	}
	if more := int(s.EscalationHoleCount) - len(s.EscalationHoles); more > 0 {
		out = append(out, fmt.Sprintf("At some hours the same is so of others: %d more of a tier and a language", more))
	}
	return out
}

// readPlan reads a plan's tables. What an operator that is older than this command did not store with
// them is left out.
func readPlan(m *corev1.ConfigMap) (*publishedPlan, error) {
	raw, err := unpacked(m, sheet.Key)
	if err != nil {
		return nil, err
	}
	s, err := sheet.Read(raw)
	if err != nil {
		return nil, err
	}
	if data, err := unpacked(m, sheet.JSONKey); err == nil {
		if s.Why, err = sheet.ReadWhy(data); err != nil {
			return nil, err
		}
	}
	return &publishedPlan{sheet: s, raw: raw}, nil
}

// unpacked is a key of a ConfigMap, unpacked if it is compressed.
func unpacked(m *corev1.ConfigMap, key string) ([]byte, error) {
	if text, ok := m.Data[key]; ok {
		return []byte(text), nil
	}
	packed, ok := m.BinaryData[key+sheet.Gzip]
	if !ok {
		return nil, fmt.Errorf("it has no key %s: the operator is older than this command", key)
	}
	out, err := sheet.Unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return out, nil
}

// isTerminal is true for what a person looks at.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
